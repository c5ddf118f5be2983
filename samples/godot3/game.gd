# A game that knows its player: a guest at the first start, the same one at each later one.
#
#   godot3 --path samples/godot3 --server=URL --app-id=ID --app-key=KEY [--storage=DIR] [--once]
extends Control

const TdsAuth = preload("res://tdsauth.gdns")

var accounts = TdsAuth.new()
var given = {}

func _ready():
	for word in OS.get_cmdline_args():
		var parts = word.trim_prefix("--").split("=", true, 1)
		given[parts[0]] = parts[1] if parts.size() == 2 else ""
	var status = accounts.start({
		"server_url": given.get("server", ""),
		"app_id": given.get("app-id", ""),
		"app_key": given.get("app-key", ""),
		"storage_path": given.get("storage", OS.get_user_data_dir()),
	})
	if status < 0:
		show_text("No accounts: " + accounts.failure())
	elif accounts.current_user() != "":
		show_text("Welcome back, " + accounts.current_user())
	else:
		$Label.text = "Logging in …"
		accounts.login_anonymously()

func _process(_delta):
	var event = accounts.poll()
	while event != null:
		if event.what == "login" and event.status == 0:
			show_text("Welcome, " + accounts.current_user())
		elif event.what == "login":
			show_text(accounts.status_name(event.status) + ": " + event.message)
		event = accounts.poll()

func show_text(text):
	$Label.text = text
	print(text)
	if given.has("once"):
		get_tree().quit()
