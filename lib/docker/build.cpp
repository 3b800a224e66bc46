#include "base/error.hpp"
#include "codec/json_writer.hpp"
#include "docker/build_context.hpp"
#include "docker/build_progress.hpp"
#include "docker/client.hpp"
#include "docker/refusal.hpp"
#include "http/target.hpp"

namespace docker {

namespace {

std::string target_for(const BuildRequest& request) {
    // Intermediate containers go, also after a failure.
    std::string target = "/build?rm=1&forcerm=1";
    http::add_parameter(target, "t", request.image);
    if (request.no_cache)
        target += "&nocache=1";
    if (request.pull)
        target += "&pull=1";
    if (!request.labels.empty()) {
        std::string labels;
        codec::JsonWriter json{labels};
        json.begin_object();
        for (const auto& [name, value] : request.labels)
            json.member(name, value);
        json.end_object();
        http::add_parameter(target, "labels", labels);
    }
    return target;
}

} // namespace

BuildResult Client::build(const BuildRequest& request, const Progress& progress,
                          base::Deadline deadline) {
    BuildContext context{request.folder};
    BuildProgress reader{progress};
    if (progress)
        progress("send the folder", "");
    BuildResult result;
    http::Response answer;
    try {
        answer = call("POST", target_for(request), "", deadline,
                      {.source = [&] { return context.next(); },
                       .sink =
                           [&](std::string_view bytes) {
                               reader.feed(bytes);
                               return true;
                           }});
    } catch (const base::Error& error) {
        if (error.kind() != base::ErrorKind::timeout || reader.step().empty())
            throw;
        result.timed_out = true;
        result.error = "has not ended in time";
    }
    reader.finish();
    result.image_id = reader.image_id();
    result.failed_step = reader.step();
    result.last_lines.assign(reader.last_lines().begin(), reader.last_lines().end());
    if (result.timed_out)
        return result;
    // A Dockerfile that does not parse is 400 or, by versions, 500.
    if (answer.status != 200 && answer.status != 400 && answer.status != 500)
        throw refusal("build " + request.image, answer);
    result.error = answer.status == 200 ? reader.error() : engine_message(answer);
    result.ok = result.error.empty();
    return result;
}

} // namespace docker
