--[[
Answers a channel's head, creating it (its genesis) where there is none, and keeps it alive.

KEYS[1] head   hash { seq, genesis, bytes }
KEYS[2] log    stream; one that outlived its head is deleted

ARGV[1] lifetime of the head, seconds

Output: seq
Events: none
]]
local seq = redis.call('HGET', KEYS[1], 'seq')
if not seq then
  local time = redis.call('TIME')
  seq = string.format('%.0f', tonumber(time[1]) * 1000000 + tonumber(time[2]))
  redis.call('DEL', KEYS[2])
  redis.call('HSET', KEYS[1], 'seq', seq, 'genesis', seq, 'bytes', '0')
end
redis.call('EXPIRE', KEYS[1], ARGV[1])
return seq
