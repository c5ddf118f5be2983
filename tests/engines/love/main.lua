-- What the wrapper for LÖVE promises, played over frames in the engine: `first`, then in another
-- process `again`. Speaks TAP. The player's folder is TDSAUTH_TEST_PLAYER, whose id the first run
-- leaves in TDSAUTH_TEST_NOTE.
local tdsauth = require("tdsauth")
local ffi = require("ffi")
local C = tdsauth.C

local tests, failed, frames, story = 0, false, 0, nil

local function ok(right, name, detail)
  tests = tests + 1
  failed = failed or not right
  print(("%s %d - LÖVE: %s"):format(right and "ok" or "not ok", tests, name))
  if not right then print("# " .. tostring(detail)) end
end

local function is(found, wanted, name)
  ok(found == wanted, name, ("%s, not %s"):format(tostring(found), tostring(wanted)))
end

local function client(changes)
  local options = {
    server_url = os.getenv("TDSAUTH_TEST_URL"), app_id = os.getenv("TDSAUTH_TEST_APP_ID"),
    app_key = os.getenv("TDSAUTH_TEST_APP_KEY"), storage_path = os.getenv("TDSAUTH_TEST_PLAYER"),
  }
  for name, value in pairs(changes or {}) do options[name] = value end
  return assert(tdsauth.new(options))
end

-- Submits, and lets frames pass until the final event.
local function finish(accounts, submit, ...)
  local happened
  local arguments = { ... }
  arguments[#arguments + 1] = function(event) happened = event end
  local status = accounts[submit](accounts, unpack(arguments))
  assert(status == C.TDSAUTH_OK, tdsauth.status_name(status))
  while not happened do coroutine.yield(accounts) end
  return happened
end

local function live(accounts)
  local stats = ffi.new("tdsauth_stats", { struct_size = ffi.sizeof("tdsauth_stats") })
  C.tdsauth_client_stats(accounts and accounts.box[0] or 0, stats)
  return stats
end

local stories = {}

function stories.first()
  local accounts = client()
  is(accounts:current_user(), nil, "nobody is logged in at first")
  local before = frames
  local event = finish(accounts, "login_anonymously")
  is(event.status, C.TDSAUTH_OK, "a guest logs in")
  is(event.kind, C.TDSAUTH_EVENT_LOGIN, "the event tells what happened")
  is(event.value, 1, "the account is new")
  ok(frames > before, "the engine's frames went on meanwhile", frames)
  local user = accounts:current_user()
  local id = user:get("objectId")
  ok(id and #id == 24, "the guest has an id", id)
  is(user:get("shoeSize"), nil, "an absent field is nil")
  is(user:set("nickname", "小满 Tara"), C.TDSAUTH_OK, "a field is changed")
  is(finish(accounts, "save", user).status, C.TDSAUTH_OK, "the change is saved")
  local long = ("长"):rep(1000)
  user:set("avatar", long)
  is(user:get("avatar"), long, "a text longer than the first buffer comes whole")

  local lost = client { server_url = "http://127.0.0.1:9", profile = "lost" }
  event = finish(lost, "login_anonymously")
  is(event.status, C.TDSAUTH_ERR_CONNECT, "a server that is not there is a status")
  ok(#event.message > 0, "and a message for developers", event.message)
  lost:destroy()
  is(lost:login_anonymously(), C.TDSAUTH_ERR_INVALID_HANDLE, "an ended client is a status, no crash")
  lost:update()
  local none, why, status = tdsauth.new { app_id = "x" }
  is(none, nil, "a client without its options is not made")
  is(status, C.TDSAUTH_ERR_INVALID_ARGUMENT, "and says so")
  ok(#why > 0, "in words", why)

  is(live(accounts).live_requests, 0, "no request is left")
  user = nil
  collectgarbage() collectgarbage()
  is(live().live_objects, 0, "no object is left after a collection of garbage")
  local note = assert(io.open(os.getenv("TDSAUTH_TEST_NOTE"), "w"))
  note:write(id)
  note:close()
end

function stories.again()
  local note = assert(io.open(os.getenv("TDSAUTH_TEST_NOTE")))
  local id = note:read("*a")
  local accounts = client()
  local user = accounts:current_user()
  is(user and user:get("objectId"), id, "after a restart the same player is there at once")
  is(user:get("nickname"), "小满 Tara", "with the nickname")
  is(finish(accounts, "is_authenticated").value, 1, "the session is valid")
  is(finish(accounts, "logout").status, C.TDSAUTH_OK, "the player logs out")
  is(accounts:current_user(), nil, "and is there no longer")
  local event = finish(accounts, "login_anonymously")
  is(event.value, 0, "the guest's account is found again")
  is(accounts:current_user():get("objectId"), id, "it is the same one")
end

function love.load(words)
  io.stdout:setvbuf("line")
  story = coroutine.create(stories[words[1]])
end

function love.update()
  frames = frames + 1
  local alive, waits = coroutine.resume(story)
  if alive and waits then return waits:update() end
  if not alive then ok(false, "the story comes to its end", waits) end
  print("1.." .. tests)
  love.event.quit(failed and 1 or 0)
end
