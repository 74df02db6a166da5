--[[
Ends a report: acknowledged, and deleted from the stream. A malformed one is kept among the dead letters.

KEYS[1] reports  stream     KEYS[2] dead letters  stream

ARGV[1] group   ARGV[2] entry's id   ARGV[3] '' or why it is a dead letter   ARGV[4] most dead letters   ARGV[5] their lifetime, seconds

Output: 1
Events: none
]]
if ARGV[3] ~= '' then
  local entry = redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2])[1]
  if entry then
    redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[4], '*', 'why', ARGV[3], 'entry', ARGV[2], unpack(entry[2]))
    redis.call('EXPIRE', KEYS[2], ARGV[5])
  end
end
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
redis.call('XDEL', KEYS[1], ARGV[2])
return 1
