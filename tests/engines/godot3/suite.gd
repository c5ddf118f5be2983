# What the wrapper for Godot promises, played over frames in the engine: `first`, then in another
# process `again`. Speaks TAP. The player's folder is TDSAUTH_TEST_PLAYER, whose id the first run
# leaves in TDSAUTH_TEST_NOTE.
extends SceneTree

const TdsAuth = preload("res://tdsauth.gdns")
const CONNECT = -102
const INVALID_ARGUMENT = -1
const INVALID_HANDLE = -2

var tests = 0
var failed = false
var frames = 0
var story
var happened = {}

func _init():
	story = first() if OS.get_environment("TDSAUTH_TEST_STORY") == "first" else again()

func _idle(_delta):
	frames += 1
	if story is GDScriptFunctionState:
		story = story.resume()
	if story is GDScriptFunctionState:
		return
	# A story that broke off gives nothing back: GDScript has no other sign of it.
	if story != "told":
		ok(false, "the story comes to its end")
	print("1..%d" % tests)
	quit(1 if failed else 0)

func ok(right, name, detail = ""):
	tests += 1
	failed = failed or not right
	print("%s %d - Godot: %s" % ["ok" if right else "not ok", tests, name])
	if not right:
		print("# %s" % [detail])

func same(found, wanted, name):
	ok(typeof(found) == typeof(wanted) and found == wanted, name, "%s, not %s" % [found, wanted])

func options():
	return {
		"server_url": OS.get_environment("TDSAUTH_TEST_URL"),
		"app_id": OS.get_environment("TDSAUTH_TEST_APP_ID"),
		"app_key": OS.get_environment("TDSAUTH_TEST_APP_KEY"),
		"storage_path": OS.get_environment("TDSAUTH_TEST_PLAYER"),
	}

# Takes the event of this number out of what was polled; null if it is not there yet.
func event_of(accounts, number):
	var event = accounts.poll()
	while event != null:
		happened[event.number] = event
		event = accounts.poll()
	return happened.get(number)

func first():
	var accounts = TdsAuth.new()
	same(accounts.start(options()), 0, "a client starts")
	same(accounts.current_user(), "", "nobody is logged in at first")
	same(accounts.text("nickname"), null, "and has no fields")
	same(accounts.save({"nickname": "x"}), -302, "nor can they be saved")
	var before = frames
	var number = accounts.login_anonymously()
	ok(number > 0, "a login is submitted", accounts.failure())
	while event_of(accounts, number) == null:
		yield()
	same(happened[number].status, 0, "a guest logs in")
	same(happened[number].what, "login", "the event tells what happened")
	same(happened[number].value, 1, "the account is new")
	ok(frames > before, "the engine's frames went on meanwhile")
	var id = accounts.current_user()
	same(id.length(), 24, "the guest has an id")
	same(accounts.text("shoeSize"), null, "an absent field is null")
	var long = ""
	for _i in range(1000):
		long += "长"
	number = accounts.save({"nickname": "小满 Tara", "avatar": long})
	while event_of(accounts, number) == null:
		yield()
	same(happened[number].status, 0, "changes are saved")
	same(accounts.text("avatar"), long, "a text longer than the first buffer comes whole")

	var lost = TdsAuth.new()
	var nowhere = options()
	nowhere["server_url"] = "http://127.0.0.1:9"
	nowhere["profile"] = "lost"
	same(lost.start(nowhere), 0, "a client starts without its server")
	happened = {}
	number = lost.login_anonymously()
	while event_of(lost, number) == null:
		yield()
	same(happened[number].status, CONNECT, "a server that is not there is a status")
	ok(happened[number].message != "", "and a message for developers")
	lost.stop()
	same(lost.login_anonymously(), INVALID_HANDLE, "a stopped client is a status, no crash")
	same(lost.poll(), null, "and polls nothing")
	same(lost.start({"app_id": "x"}), INVALID_ARGUMENT, "a client without its options is not made")
	ok(lost.failure() != "", "and says why")
	same(lost.start(), INVALID_ARGUMENT, "a call without its argument is a status, no crash")
	same(lost.status_name(CONNECT), "TDSAUTH_ERR_CONNECT", "a status has a name")
	var note = File.new()
	note.open(OS.get_environment("TDSAUTH_TEST_NOTE"), File.WRITE)
	note.store_string(id)
	note.close()
	return "told"

func again():
	var note = File.new()
	note.open(OS.get_environment("TDSAUTH_TEST_NOTE"), File.READ)
	var id = note.get_as_text()
	note.close()
	var accounts = TdsAuth.new()
	same(accounts.start(options()), 0, "a client starts again")
	same(accounts.current_user(), id, "after a restart the same player is there at once")
	same(accounts.text("nickname"), "小满 Tara", "with the nickname")
	var number = accounts.is_authenticated()
	while event_of(accounts, number) == null:
		yield()
	same(happened[number].value, 1, "the session is valid")
	number = accounts.logout()
	while event_of(accounts, number) == null:
		yield()
	same(happened[number].status, 0, "the player logs out")
	same(accounts.current_user(), "", "and is there no longer")
	number = accounts.login_anonymously()
	while event_of(accounts, number) == null:
		yield()
	same(happened[number].value, 0, "the guest's account is found again")
	same(accounts.current_user(), id, "it is the same one")
	return "told"
