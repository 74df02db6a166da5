--[[
Appends one durable message to a channel and publishes it to the instances.

KEYS[1] head   hash { seq, genesis, bytes }: the newest seq, where the log began, bytes ever appended
KEYS[2] log    stream, ids <seq>-0, fields m (packet text), p (prev), b (bytes ever appended, this one included)
KEYS[3] once   "<seq> <prev>" of the message already appended under this mark
KEYS[4] fence  the attempt that may write

ARGV[1] packet text without its end: ["event",{…            ARGV[6]  lifetime of the head, seconds
ARGV[2] Redis channel of the instances                      ARGV[7]  lifetime of the log, seconds
ARGV[3] room                                                ARGV[8]  lifetime of the once-mark, seconds
ARGV[4] most messages kept                                  ARGV[9]  longest age kept, milliseconds
ARGV[5] most bytes kept                                     ARGV[10] attempt of the writer, or '' for no fence
ARGV[11] run_id of the only Redis process that may take it, or '' for any

Output: { 'appended', seq, prev } | { 'duplicate', seq, prev } | { 'fenced', attempt } | { 'no_fence' } | { 'other_run' }
Events: PUBLISH "<room> <seq> <prev>\n<packet text>" (only when appended; last, since nothing is rolled back)
]]
-- A command whose reply was lost is sent again, to whichever Redis answers then.
if ARGV[11] ~= '' and not string.find(redis.call('INFO', 'server'), 'run_id:' .. ARGV[11], 1, true) then
  return { 'other_run' }
end

if ARGV[10] ~= '' then
  local fence = redis.call('GET', KEYS[4])
  if not fence then return { 'no_fence' } end
  if fence ~= ARGV[10] then return { 'fenced', fence } end
end

local mark = redis.call('GET', KEYS[3])
if mark then
  local seq, prev = string.match(mark, '^(%d+) (%d+)$')
  return { 'duplicate', seq, prev }
end

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local head = redis.call('HMGET', KEYS[1], 'seq', 'genesis', 'bytes')
local isNew = not head[1]
local prev = isNew and now or tonumber(head[1])
local genesis = isNew and now or tonumber(head[2])
local bytes = isNew and 0 or tonumber(head[3])

local seq = math.max(now, prev + 1)
local seqText = string.format('%.0f', seq)
local prevText = string.format('%.0f', prev)
local packet = ARGV[1] .. ',"seq":' .. seqText .. ',"prev":' .. prevText .. '}]'
bytes = bytes + #packet

-- A stream that outlived its head would refuse the smaller ids of the new log.
if isNew then redis.call('DEL', KEYS[2]) end
redis.call('XADD', KEYS[2], seqText .. '-0', 'm', packet, 'p', prevText, 'b', string.format('%.0f', bytes))
redis.call('HSET', KEYS[1], 'seq', seqText, 'genesis', string.format('%.0f', genesis), 'bytes', string.format('%.0f', bytes))
redis.call('SET', KEYS[3], seqText .. ' ' .. prevText, 'EX', ARGV[8])
redis.call('EXPIRE', KEYS[1], ARGV[6])
redis.call('EXPIRE', KEYS[2], ARGV[7])

redis.call('XTRIM', KEYS[2], 'MINID', string.format('%.0f', now - tonumber(ARGV[9]) * 1000))
redis.call('XTRIM', KEYS[2], 'MAXLEN', ARGV[4])
local maxBytes = tonumber(ARGV[5])
while true do
  local oldest = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 2)
  if #oldest < 2 then break end
  local fields = oldest[1][2]
  local kept = bytes - tonumber(fields[6]) + #fields[2]
  if kept <= maxBytes then break end
  redis.call('XDEL', KEYS[2], oldest[1][1])
end

redis.call('PUBLISH', ARGV[2], ARGV[3] .. ' ' .. seqText .. ' ' .. prevText .. '\n' .. packet)
return { 'appended', seqText, prevText }
