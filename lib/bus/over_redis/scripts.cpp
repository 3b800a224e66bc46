#include "bus/over_redis/scripts.hpp"

namespace bus::over_redis {

// How far the slowest group is behind decides what may go. The number of entries from its oldest
// unacknowledged one to the end is known only when nothing is pending (its lag) or when what is
// pending is recent, so that the span is short enough to be counted; otherwise only the age bound
// is applied.
const std::string_view retention_script = R"lua(
local key, keep, oldest = KEYS[1], tonumber(ARGV[1]), ARGV[2] .. '-0'
local function less(a, b)
  local am, as = string.match(a, '(%d+)-(%d+)')
  local bm, bs = string.match(b, '(%d+)-(%d+)')
  am, bm = tonumber(am), tonumber(bm)
  return am < bm or (am == bm and tonumber(as) < tonumber(bs))
end
if redis.call('EXISTS', key) == 0 then return 0 end
local groups = redis.call('XINFO', 'GROUPS', key)
if #groups == 0 then return redis.call('XTRIM', key, 'MAXLEN', '~', keep) end
local cut, behind = oldest, 0
for _, flat in ipairs(groups) do
  local g = {}
  for i = 1, #flat, 2 do g[flat[i]] = flat[i + 1] end
  local lag = g['lag']
  local first = g['last-delivered-id']
  local span = 0
  if g['pending'] > 0 then
    first = redis.call('XPENDING', key, g['name'])[2]
    local between = redis.call('XRANGE', key, first, g['last-delivered-id'], 'COUNT', 256)
    span = #between
    if span == 256 then lag = nil end
  end
  if less(first, cut) then cut = first end
  if lag and behind then behind = math.max(behind, lag + span) else behind = nil end
end
local removed = redis.call('XTRIM', key, 'MINID', '~', cut)
if behind then
  removed = removed + redis.call('XTRIM', key, 'MAXLEN', '~', math.max(keep, behind))
end
return removed
)lua";

const std::string_view subscribe_script = R"lua(
local key, group, from = KEYS[1], ARGV[1], ARGV[2]
local function field(flat, name)
  for i = 1, #flat, 2 do if flat[i] == name then return flat[i + 1] end end
end
local function position()
  for _, flat in ipairs(redis.call('XINFO', 'GROUPS', key)) do
    if field(flat, 'name') == group then return field(flat, 'last-delivered-id') end
  end
end
local function parts(id)
  local ms, seq = string.match(id, '(%d+)-(%d+)')
  return tonumber(ms), tonumber(seq)
end
if redis.call('EXISTS', key) == 0 then
  from = '0'
else
  local at = position()
  if at then return {0, at} end
  if from ~= '0' and from ~= '$' then
    local ms, seq = parts(from)
    local last_ms, last_seq = parts(field(redis.call('XINFO', 'STREAM', key), 'last-generated-id'))
    if last_ms < ms or (last_ms == ms and last_seq < seq) then from = '0' end
  end
end
redis.call('XGROUP', 'CREATE', key, group, from, 'MKSTREAM')
return {1, position()}
)lua";

const std::string_view settle_script = R"lua(
local group, id = ARGV[1], ARGV[3]
for i = 4, #KEYS do
  local type = redis.call('TYPE', KEYS[i]).ok
  if type ~= 'none' and type ~= 'stream' then
    return redis.error_reply('WRONGTYPE ' .. KEYS[i] .. ' does not hold a stream')
  end
end
if id == '' then
  if not redis.call('SET', KEYS[1], 1, 'NX', 'EX', 3600) then return 1 end
else
  local held = redis.pcall('XPENDING', KEYS[1], group, id, id, 1, ARGV[2])
  if held.err or #held == 0 then return 0 end
end
local extra = tonumber(ARGV[4])
if extra > 0 then
  local entry = redis.call('XRANGE', KEYS[1], id, id)[1]
  local fields = entry and entry[2] or {'body', ''}
  for i = #fields, 6001, -1 do fields[i] = nil end
  for i = 5, 4 + extra do fields[#fields + 1] = ARGV[i] end
  redis.call('XADD', KEYS[2], '*', unpack(fields))
end
local function served(stream, service)
  if redis.call('EXISTS', stream) == 0 then return false end
  for _, flat in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
    for i = 1, #flat, 2 do
      if flat[i] == 'name' and flat[i + 1] == service then return true end
    end
  end
  return false
end
local at, refused = 5 + extra, false
for key = 4, #KEYS do
  local what, topic, count = ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2])
  local wanted = true
  if what == 'command' then
    wanted = served(KEYS[key], topic)
    refused = not wanted
  elseif what == 'refusal' then
    wanted = refused
  end
  if wanted then
    local fresh = what == 'result' and redis.call('EXISTS', KEYS[key]) == 0
    redis.call('XADD', KEYS[key], '*', unpack(ARGV, at + 3, at + 2 + count))
    if fresh then
      local dies = redis.call('ZSCORE', KEYS[3], topic)
      if dies and dies ~= '0' then
        redis.call('PEXPIREAT', KEYS[key], dies)
      elseif not dies then
        redis.call('PEXPIRE', KEYS[key], 3600000)
      end
    end
  end
  at = at + 3 + count
end
if id ~= '' then redis.call('XACK', KEYS[1], group, id) end
return 1
)lua";

// A message that its holders keep dying of must not drag along those that it was held with: from
// the third delivery on, it is given out alone.
const std::string_view claim_script = R"lua(
local key, group, me, least_idle = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[4])
local room, suspects, taken, trimmed = tonumber(ARGV[5]), tonumber(ARGV[6]), {}, {}
local function take(p)
  local entry = redis.call('XCLAIM', key, group, me, 0, p[1])[1]
  if entry then
    taken[#taken + 1] = {entry[1], entry[2], p[4] + 1}
    room = room - 1
    if p[4] >= 2 then suspects = suspects - 1 end
  elseif #redis.call('XRANGE', key, p[1], p[1]) == 0 then
    trimmed[#trimmed + 1] = p[1]
  end
end
for _, flat in ipairs(redis.call('XINFO', 'CONSUMERS', key, group)) do
  local c = {}
  for i = 1, #flat, 2 do c[flat[i]] = flat[i + 1] end
  if c['name'] ~= me and redis.call('EXISTS', ARGV[3] .. c['name']) == 0 then
    if c['pending'] == 0 then
      if c['idle'] > 10 * least_idle then
        redis.call('XGROUP', 'DELCONSUMER', key, group, c['name'])
      end
    elseif room > 0 then
      local held = redis.call('XPENDING', key, group, 'IDLE', least_idle, '-', '+', 200, c['name'])
      for _, p in ipairs(held) do
        if room > 0 and (p[4] < 2 or suspects > 0) then take(p) end
      end
    end
  end
end
local mine = {}
for _, p in ipairs(redis.call('XPENDING', key, group, 'IDLE', least_idle, '-', '+', 1000, me)) do
  mine[#mine + 1] = p[1]
end
local pending = redis.call('XPENDING', key, group)
if pending[1] > 0 then return {taken, trimmed, mine, pending[2], ''} end
for _, flat in ipairs(redis.call('XINFO', 'GROUPS', key)) do
  local g = {}
  for i = 1, #flat, 2 do g[flat[i]] = flat[i + 1] end
  if g['name'] == group then return {taken, trimmed, mine, '', g['last-delivered-id']} end
end
)lua";

const std::string_view recover_script = R"lua(
local key, group, me = KEYS[1], ARGV[1], ARGV[2]
local taken, trimmed = {}, {}
for i = 3, #ARGV do
  local p = redis.call('XPENDING', key, group, ARGV[i], ARGV[i], 1, me)[1]
  if p then
    local entry = redis.call('XCLAIM', key, group, me, 0, p[1], 'RETRYCOUNT', p[4])[1]
    if entry then
      taken[#taken + 1] = {entry[1], entry[2], p[4]}
    else
      trimmed[#trimmed + 1] = p[1]
    end
  end
end
return {taken, trimmed}
)lua";

const std::string_view release_script = R"lua(
for i = 3, #ARGV, 2 do
  local held = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2])
  if #held == 1 then
    redis.call('XCLAIM', KEYS[1], ARGV[1], 'released', 0, ARGV[i],
               'IDLE', 86400000, 'RETRYCOUNT', ARGV[i + 1], 'JUSTID')
  end
end
return 1
)lua";

const std::string_view forget_script = R"lua(
if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2]) > 0 then return 0 end
redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
return 1
)lua";

} // namespace bus::over_redis
