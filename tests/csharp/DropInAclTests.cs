using System;
using System.Threading.Tasks;
using LeanCloud;
using LeanCloud.Storage;
using TapTap.Bootstrap;

namespace TdsAuth.Tests
{
    /// <summary>LCACL and LCRole, as games of TapSDK 3 know them.</summary>
    internal static class DropInAclTests
    {
        internal static void Run(Tap tap)
        {
            tap.Run("drop-in: an ACL is kept, read and changed", Acl);
            tap.Run("drop-in: an object's ACL goes with whatever saves it", AclOfTargets);
            tap.Run("drop-in: roles are the operator's to make", Roles);
        }

        private static async Task Acl()
        {
            DropIn.Start();
            TDSUser owner = await TDSUser.LoginAnonymously();
            var book = new LCObject("Book");
            Check.That(book.ACL == null, "none yet");
            book.ACL = LCACL.CreateWithOwner(owner);
            await book.Save();
            var query = new LCQuery<LCObject>("Book") { IncludeACL = true };
            LCObject mine = await query.Get(book.ObjectId);
            LCACL acl = mine.ACL;
            Check.That(ReferenceEquals(acl, mine.ACL), "one object");
            Check.That(acl.GetUserReadAccess(owner) && acl.GetUserWriteAccess(owner), "the owner");
            Check.That(!acl.PublicReadAccess && !acl.PublicWriteAccess, "nobody else");
            await TDSUser.Logout();
            LCException failure = await DropIn.Failure<LCException>(query.Get(book.ObjectId));
            Check.Equal(403, failure.Code);
            await TDSUser.LoginAnonymously();
            // A change of the ACL itself is one of the object.
            acl.PublicReadAccess = true;
            acl.SetUserIdReadAccess("0123456789abcdef01234567", true);
            acl.SetUserIdWriteAccess(owner.ObjectId, true);
            await mine.Save();
            LCObject parsed = LCObject.ParseObject(mine.ToString());
            parsed.ACL.SetUserIdReadAccess("fedcba9876543210fedcba98", true);
            await parsed.Save();
            await TDSUser.Logout();
            acl = (await query.Get(book.ObjectId)).ACL;
            Check.That(acl.PublicReadAccess && acl.GetUserIdWriteAccess(owner.ObjectId), "kept");
            Check.That(!acl.GetUserIdWriteAccess("0123456789abcdef01234567"), "reading alone");
            Check.That(acl.GetUserIdReadAccess("fedcba9876543210fedcba98"), "of JSON too");
            book["title"] = "by nobody";
            failure = await DropIn.Failure<LCException>(book.Save());
            Check.Equal(403, failure.Code);
            LCObject bare = await new LCQuery<LCObject>("Book").Get(book.ObjectId);
            Check.That(bare.ACL == null, "not asked for");
            Check.Throws<ArgumentNullException>(() => LCACL.CreateWithOwner(null));
            Check.Throws<ArgumentNullException>(() => acl.SetUserIdReadAccess(null, true));
            Check.Throws<ArgumentNullException>(() => acl.GetRoleReadAccess(null));
        }

        private static async Task AclOfTargets()
        {
            DropIn.Start();
            await TDSUser.LoginAnonymously();
            // By a field, a relation, a target of a target, and what was only taken out.
            LCObject book = Opened("Book"), next = Opened("Book"), other = Opened("Book");
            LCObject hero = Opened("Hero"), shelf = Opened("Shelf");
            shelf["book"] = book;
            shelf.AddRelation("others", other);
            shelf.RemoveRelation("heroes", hero);
            book["next"] = next;
            Close(shelf, book, next, other, hero);
            await shelf.Save();
            await AreClosed(shelf, book, next, other, hero);

            // By SaveAll too.
            LCObject one = Opened("Book"), two = Opened("Book"), bare = new LCObject("Shelf");
            one["next"] = two;
            bare["book"] = one;
            Close(one, two);
            await LCObject.SaveAll(new[] { bare });
            await AreClosed(one, two);

            // One that has an id is saved by itself alone.
            LCObject saved = Opened("Book");
            await saved.Save();
            Close(saved);
            bare["book"] = saved;
            await bare.Save();
            Check.That((await Stored(saved)).ACL.PublicWriteAccess, "not saved");
            await saved.Save();
            await AreClosed(saved);

            // A circle is refused, not followed for ever.
            LCObject first = Opened("Book"), last = Opened("Book");
            first["next"] = last;
            last["next"] = first;
            Close(first, last);
            await DropIn.Failure<LCException>(first.Save());
            last["next"] = null;
            await first.Save();
            await AreClosed(first, last);
        }

        private static LCObject Opened(string className)
        {
            var acl = new LCACL { PublicReadAccess = true, PublicWriteAccess = true };
            return new LCObject(className) { ACL = acl };
        }

        /// <summary>Changes the ACLs themselves.</summary>
        private static void Close(params LCObject[] objects)
        {
            Array.ForEach(objects, each => each.ACL.PublicWriteAccess = false);
        }

        private static async Task AreClosed(params LCObject[] objects)
        {
            foreach (LCObject each in objects)
            {
                LCACL acl = (await Stored(each)).ACL;
                Check.That(acl.PublicReadAccess, "everybody may read it");
                Check.That(!acl.PublicWriteAccess, "nobody may change it");
            }
        }

        private static Task<LCObject> Stored(LCObject saved)
        {
            var query = new LCQuery<LCObject>(saved.ClassName) { IncludeACL = true };
            return query.Get(saved.ObjectId);
        }

        private static async Task Roles()
        {
            DropIn.Start();
            TDSUser user = await TDSUser.LoginAnonymously();
            LCRole role = LCRole.Create("Editors", LCACL.CreateWithOwner(user));
            role.AddRelation("users", user);
            LCException failure = await DropIn.Failure<LCException>(role.Save());
            Check.Equal(403, failure.Code);
            string pointer = "{\"__type\":\"Pointer\",\"className\":\"_User\",\"objectId\":\""
                + user.ObjectId + "\"}";
            Web.Answer made = Web.PostAsMaster(
                "/1.1/roles",
                "{\"name\":\"Editors\",\"ACL\":{\"*\":{\"read\":true}},\"users\":{\"__op\":"
                    + "\"AddRelation\",\"objects\":[" + pointer + "]}}");
            Check.Equal(201, made.Status);
            LCRole found = await LCRole.GetQuery().WhereEqualTo("name", "Editors").First();
            Check.Equal("Editors", found.Name);
            Check.Equal("users _User", found.Users.Key + " " + found.Users.TargetClass);
            Check.Equal("roles _Role", found.Roles.Key + " " + found.Roles.TargetClass);

            var acl = new LCACL();
            acl.SetRoleReadAccess(found, true);
            acl.SetRoleWriteAccess(found, true);
            Check.That(acl.GetRoleReadAccess(found) && acl.GetRoleWriteAccess(found), "the role");
            var book = new LCObject("Book");
            book.ACL = acl;
            await book.Save();
            book["title"] = "by an editor";
            await book.Save();
            await TDSUser.Logout();
            failure = await DropIn.Failure<LCException>(
                new LCQuery<LCObject>("Book").Get(book.ObjectId));
            Check.Equal(403, failure.Code);
        }
    }
}
