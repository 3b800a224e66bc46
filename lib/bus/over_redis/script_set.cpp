#include "bus/over_redis/script_set.hpp"

#include "bus/over_redis/scripts.hpp"
#include "redis/error.hpp"

namespace bus::over_redis {

void ScriptSet::load(redis::Connection& connection) {
    for (const std::string_view script :
         {retention_script, settle_script, publish_script, claim_script, recover_script,
          release_script, forget_script})
        connection.send({"SCRIPT", "LOAD", script}, [this, script](redis::Reply&& reply) {
            if (reply.is_error())
                throw redis::ReplyError("load a script", reply.text);
            hashes_[script] = std::move(reply.text);
        });
}

const std::string& ScriptSet::hash(std::string_view script) const {
    return hashes_.at(script);
}

} // namespace bus::over_redis
