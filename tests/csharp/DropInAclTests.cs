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
