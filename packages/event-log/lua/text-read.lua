--[[
Reads a part of a job's text.

KEYS[1] text   KEYS[2] meta

ARGV[1] offset in bytes   ARGV[2] most bytes

Output: { end of the text, attempt or '', base or '', operation type or '', 1 if there is a text, the part }
Events: none
]]
local meta = redis.call('HMGET', KEYS[2], 'attempt', 'base', 'operationType')
local offset = tonumber(ARGV[1])
local part = ''
if tonumber(ARGV[2]) > 0 then
  part = redis.call('GETRANGE', KEYS[1], offset, offset + tonumber(ARGV[2]) - 1)
end
return {
  redis.call('STRLEN', KEYS[1]),
  meta[1] or '', meta[2] or '', meta[3] or '',
  redis.call('EXISTS', KEYS[1], KEYS[2]) > 0 and 1 or 0,
  part,
}
