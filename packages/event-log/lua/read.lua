--[[
Reads a channel: its head and the messages kept behind a seq. A channel without a head gets one first (its
genesis), so that a wiped channel is never mistaken for a new one.

KEYS[1] head   hash { seq, genesis, bytes }
KEYS[2] log    stream, ids <seq>-0

ARGV[1] seq after which to read; 0 reads everything kept    ARGV[3] lifetime of the head, seconds
ARGV[2] longest age, milliseconds: older messages count as absent

Output: { head, genesis, now, 1 if ARGV[1] is the seq of a message kept, prev of the oldest message kept or '',
          seq, prev, packet text, seq, prev, packet text, … }
Events: none
]]
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local nowText = string.format('%.0f', now)
local head = redis.call('HMGET', KEYS[1], 'seq', 'genesis')
if not head[1] then
  redis.call('DEL', KEYS[2])
  redis.call('HSET', KEYS[1], 'seq', nowText, 'genesis', nowText, 'bytes', '0')
  head = { nowText, nowText }
end
redis.call('EXPIRE', KEYS[1], ARGV[3])

local oldest = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)
local known = redis.call('XRANGE', KEYS[2], ARGV[1] .. '-0', ARGV[1] .. '-0')
local answer = { head[1], head[2], nowText, #known, oldest[1] and oldest[1][2][4] or '' }

local youngest = string.format('%.0f', math.max(now - tonumber(ARGV[2]) * 1000, tonumber(ARGV[1]) + 1))
for _, entry in ipairs(redis.call('XRANGE', KEYS[2], youngest .. '-0', '+')) do
  answer[#answer + 1] = string.match(entry[1], '^%d+')
  answer[#answer + 1] = entry[2][4]
  answer[#answer + 1] = entry[2][2]
end
return answer
