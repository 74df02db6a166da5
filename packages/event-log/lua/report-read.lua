--[[
Hands out the reports that are to be handled next, to one reader at a time: reports of a job are handled in their order only if
nobody else has the one before. What a reader has left unacknowledged comes first, whoever that reader was.

KEYS[1] reports  stream     KEYS[2] reader  who reads now

ARGV[1] group   ARGV[2] reader   ARGV[3] lifetime of its turn, milliseconds   ARGV[4] most reports

Output: { 'standby' } while another one reads, or { 'reading', { { id, { field, value, … } }, … } }
Events: none
]]
local reader = redis.call('GET', KEYS[2])
if reader and reader ~= ARGV[2] then return { 'standby' } end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])

local function read(from)
  return redis.pcall('XREADGROUP', 'GROUP', ARGV[1], 'servers', 'COUNT', ARGV[4], 'STREAMS', KEYS[1], from)
end
local reply = read('0')
if reply and reply.err then
  if not string.find(reply.err, 'NOGROUP', 1, true) then return reply end
  -- The first reader, or the first one after a flush: from the beginning, since what is there was handled by nobody.
  redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')
  reply = read('0')
end
local entries = reply and reply[1] and reply[1][2] or {}
if #entries == 0 then
  reply = read('>')
  if reply and reply.err then return reply end
  entries = reply and reply[1] and reply[1][2] or {}
end
return { 'reading', entries }
