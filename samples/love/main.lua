-- A game that knows its player: a guest at the first start, the same one at each later one.
--
--   love samples/love --server URL --app-id ID --app-key KEY [--storage DIR] [--headless]
local tdsauth = require("tdsauth")

local accounts, shown, headless

local function show(text)
  shown = text
  print(text)
  io.stdout:flush()
  if headless then love.event.quit() end
end

local function settings(words)
  local found = {}
  for at, word in ipairs(words) do
    local name = word:match("^%-%-(.+)$")
    if name then found[name] = words[at + 1] or "" end
  end
  return found
end

function love.load(words)
  local given = settings(words)
  headless = given.headless ~= nil
  local why
  accounts, why = tdsauth.new {
    server_url = given.server, app_id = given["app-id"], app_key = given["app-key"],
    storage_path = given.storage or love.filesystem.getSaveDirectory(),
  }
  if not accounts then return show("No accounts: " .. why) end
  local user = accounts:current_user()
  if user then return show("Welcome back, " .. user:get("objectId")) end
  shown = "Logging in …"
  accounts:login_anonymously(function(event)
    if event.status ~= tdsauth.C.TDSAUTH_OK then
      return show(tdsauth.status_name(event.status) .. ": " .. event.message)
    end
    show("Welcome, " .. accounts:current_user():get("objectId"))
  end)
end

function love.update()
  if accounts then accounts:update() end
end

function love.draw()
  love.graphics.print(shown, 20, 20)
end

function love.quit()
  if accounts then accounts:destroy() end
end
