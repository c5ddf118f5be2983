-- tdsauth for LÖVE: player accounts. Copy this file and tdsauth_cdef.lua into your game, and put the
-- library (libtdsauth.so, libtdsauth.dylib, tdsauth.dll) where the system finds it.
--
--   local accounts = assert(tdsauth.new { server_url = ..., app_id = ..., app_key = ...,
--                                         storage_path = love.filesystem.getSaveDirectory() })
--   local user = accounts:current_user()  -- at once, without a network
--   if not user then accounts:login_anonymously(function(event) ... end) end
--   function love.update() accounts:update() end
--
-- Functions run inside update, nowhere else. What is not wrapped here is called on tdsauth.C, as
-- include/tdsauth.h says.
local ffi = require("ffi")
local bit = require("bit")
ffi.cdef(require("tdsauth_cdef"))

local C = ffi.load(os.getenv("TDSAUTH_LIBRARY") or "tdsauth")
local tdsauth = { C = C, NUL = ffi.cast("size_t", -1) }

-- The library may be newer than the file of declarations, not older.
local abi = C.tdsauth_abi_version()
assert(bit.rshift(abi, 16) == C.TDSAUTH_ABI_MAJOR
    and bit.band(abi, 0xffff) >= C.TDSAUTH_ABI_MINOR, "this is another tdsauth than the game's")

-- A struct with every field at its default.
local function struct(name)
  return ffi.new(name, { struct_size = ffi.sizeof(name) })
end

-- The text that `read` writes into a buffer; nil and the status when there is none.
local function text(read)
  local size, needed = 256, ffi.new("size_t[1]")
  local buffer = ffi.new("char[?]", size)
  local status = read(buffer, size, needed)
  if status == C.TDSAUTH_ERR_BUFFER_TOO_SMALL then
    size = tonumber(needed[0]) + 1
    buffer = ffi.new("char[?]", size)
    status = read(buffer, size, needed)
  end
  if status ~= C.TDSAUTH_OK then return nil, status end
  return ffi.string(buffer, needed[0])
end

-- "TDSAUTH_ERR_NETWORK" of -100.
function tdsauth.status_name(status)
  return ffi.string(C.tdsauth_status_name(status))
end

local Object = {}
Object.__index = Object

-- Takes over an object's handle, which is released with the last reference to it.
local function object(handle)
  local box = ffi.gc(ffi.new("tdsauth_object[1]", handle), function(own)
    C.tdsauth_object_release(own[0])
  end)
  return setmetatable({ box = box }, Object)
end

-- A field that is a text; nil when it is absent.
function Object:get(key)
  return text(function(buffer, size, needed)
    return C.tdsauth_object_get_str(self.box[0], key, #key, buffer, size, needed)
  end)
end

-- Changes a field; the server gets it with the next save. Gives the status.
function Object:set(key, value)
  return C.tdsauth_object_set_str(self.box[0], key, #key, value, #value)
end

local Client = {}
Client.__index = Client

-- A client of the options in the table, named as in tdsauth_client_options; nil, the message and the
-- status when it cannot be made.
function tdsauth.new(options)
  local all, failure = struct("tdsauth_client_options"), struct("tdsauth_error")
  for name, value in pairs(options) do
    all[name] = value
    if type(value) == "string" then all[name .. "_len"] = #value end
  end
  local box = ffi.new("tdsauth_client[1]")
  local status = C.tdsauth_client_create(all, box, failure)
  if status ~= C.TDSAUTH_OK then return nil, ffi.string(failure.message), status end
  ffi.gc(box, function(own) C.tdsauth_client_destroy(own[0]) end)
  local client = { box = box, event = struct("tdsauth_event"), waiting = {}, submitted = 0 }
  return setmetatable(client, Client)
end

-- Ends the client at once; who is logged in stays so for the next run.
function Client:destroy()
  C.tdsauth_client_destroy(ffi.gc(self.box, nil)[0])
  self.box[0] = 0
end

-- Who is logged in, or nil. Needs no network.
function Client:current_user()
  local box = ffi.new("tdsauth_object[1]")
  local status = C.tdsauth_current_user(self.box[0], box, nil)
  if status ~= C.TDSAUTH_OK then return nil, status end
  return object(box[0])
end

-- Calls what submits an operation; `heard` runs with its events. Gives the status.
function Client:submit(heard, call)
  local request, failure = ffi.new("tdsauth_request[1]"), struct("tdsauth_error")
  self.submitted = self.submitted + 1
  local status = call(self.box[0], self.submitted, request, failure)
  if status == C.TDSAUTH_OK then self.waiting[self.submitted] = heard or function() end end
  return status, ffi.string(failure.message)
end

function Client:login_anonymously(heard)
  return self:submit(heard, function(client, number, request, failure)
    return C.tdsauth_login_anonymously(client, nil, number, request, failure)
  end)
end

-- event.value: 1 valid, 0 not; a failed status: nobody can tell now.
function Client:is_authenticated(heard)
  return self:submit(heard, function(client, number, request, failure)
    return C.tdsauth_user_is_authenticated(client, 0, nil, number, request, failure)
  end)
end

function Client:save(user, heard)
  return self:submit(heard, function(client, number, request, failure)
    return C.tdsauth_object_save(client, user.box[0], nil, number, request, failure)
  end)
end

function Client:logout(heard)
  return self:submit(heard, function(client, number, request, failure)
    return C.tdsauth_logout(client, nil, number, request, failure)
  end)
end

-- Takes what happened since the last frame and runs what waits for it. Events that nobody asked for
-- go to client.unasked, if the game has set it.
function Client:update()
  local event = self.event
  while self.box[0] ~= 0 and C.tdsauth_poll(self.box[0], event) == C.TDSAUTH_OK do
    local number, request = tonumber(event.user_data), event.request
    local happened = {
      kind = event.kind, status = event.status, value = tonumber(event.value), request = request,
      message = request ~= 0 and text(function(buffer, size, needed)
        return C.tdsauth_request_get_str(request, C.TDSAUTH_REQUEST_MESSAGE, buffer, size, needed)
      end) or "",
    }
    local heard = self.unasked
    if request ~= 0 then heard = self.waiting[number] end
    if request ~= 0 and bit.band(event.flags, C.TDSAUTH_FLAG_MORE) == 0 then
      self.waiting[number] = nil
      C.tdsauth_request_release(request)
    end
    if heard then heard(happened) end
  end
end

return tdsauth
