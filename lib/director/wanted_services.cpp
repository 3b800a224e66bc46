#include "director/wanted_services.hpp"

#include "codec/json_members.hpp"
#include "codec/json_path.hpp"
#include "codec/json_scanner.hpp"
#include "codec/json_writer.hpp"
#include "codec/parse_error.hpp"
#include "runtime/service_name.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace director {

namespace {

constexpr std::string_view set_key = "band-set-started";
constexpr std::size_t most_services = 1000;

std::string configuration_key(std::string_view service) {
    return "band-config-" + std::string(service);
}

bool is_object(std::string_view text) {
    try {
        codec::validate_json(text, {.max_depth = 32});
        return text.find_first_not_of(" \t\r\n") == text.find('{');
    } catch (const codec::ParseError&) {
        return false;
    }
}

} // namespace

std::string merged_objects(std::string_view json, std::string_view changes) {
    std::string text;
    codec::JsonWriter out{text};
    out.begin_object();
    std::set<std::string, std::less<>> changed;
    for (codec::JsonMembers members{changes}; members.next();)
        changed.emplace(members.key());
    for (codec::JsonMembers members{json}; members.next();)
        if (!changed.contains(members.key())) {
            out.key(members.key());
            out.raw(members.value());
        }
    for (codec::JsonMembers members{changes}; members.next();) {
        out.key(members.key());
        out.raw(members.value());
    }
    out.end_object();
    return text;
}

void WantedServices::synchronize(std::function<void()> done) {
    if (known_) {
        for (const std::string& service : names_)
            unwritten_.try_emplace(service,
                                   Change{std::string(configuration(service)), ++version_});
        for (const std::string& service : given_up_)
            unwritten_.try_emplace(service, Change{std::nullopt, ++version_});
    }
    // Of what is written over there we know the configurations only now.
    read([this, done = std::move(done)] {
        const auto unwritten = unwritten_;
        for (const auto& [service, change] : unwritten) {
            if (change.settings)
                add(service, *change.settings);
            else
                remove(service);
        }
        known_ = true;
        done();
    });
}

void WantedServices::read(std::function<void()> done) {
    redis_.send({"SMEMBERS", set_key},
                [this, done = std::move(done)](redis::Reply&& members) { take(members, done); });
}

void WantedServices::take(const redis::Reply& members, std::function<void()> done) {
    if (!members.is_array())
        return; // no rights to it, or no set: what was known counts on
    std::vector<std::string> names;
    for (const redis::Reply& member : members.elements)
        if (runtime::is_service_name(member.text) && names.size() < most_services)
            names.push_back(member.text);
    if (names.empty()) {
        names_.clear();
        configurations_.clear();
        return done();
    }
    std::vector<std::string> keys;
    keys.reserve(names.size());
    for (const std::string& name : names)
        keys.push_back(configuration_key(name));
    std::vector<std::string_view> command{"MGET"};
    command.insert(command.end(), keys.begin(), keys.end());
    redis_.send(command,
                [this, names = std::move(names), done = std::move(done)](redis::Reply&& values) {
                    if (!values.is_array())
                        return;
                    names_ = {names.begin(), names.end()};
                    configurations_.clear();
                    for (std::size_t i = 0; i < names.size(); ++i)
                        if (is_object(values.at(i).text))
                            configurations_[names[i]] = values.at(i).text;
                    done();
                });
}

void WantedServices::add(const std::string& service, const std::string& settings) {
    names_.insert(service);
    given_up_.erase(service);
    std::string& configuration = configurations_.try_emplace(service, "{}").first->second;
    configuration = merged_objects(configuration, settings);
    unwritten_[service] = {settings, ++version_};
    write(service);
}

void WantedServices::remove(std::string_view service) {
    if (const auto at = names_.find(service); at != names_.end())
        names_.erase(at);
    given_up_.emplace(service);
    unwritten_[std::string(service)] = {std::nullopt, ++version_};
    write(std::string(service));
}

void WantedServices::write(const std::string& service) {
    if (!redis_.connected())
        return;
    const bool wanted = unwritten_.find(service)->second.settings.has_value();
    if (wanted)
        redis_.send({"SET", configuration_key(service), configuration(service)},
                    [](redis::Reply&&) {});
    ++in_flight_;
    redis_.send({wanted ? "SADD" : "SREM", set_key, service},
                [this, service, version = unwritten_[service].version](redis::Reply&& reply) {
                    on_written(service, version, !reply.is_error());
                });
}

void WantedServices::on_written(const std::string& service, std::uint64_t version, bool done) {
    const auto at = unwritten_.find(service);
    if (done && at != unwritten_.end() && at->second.version == version)
        unwritten_.erase(at);
    if (--in_flight_ == 0)
        for (const auto& callback : std::exchange(waiting_, {}))
            callback();
}

void WantedServices::when_written(std::function<void()> callback) {
    if (in_flight_ == 0)
        callback();
    else
        waiting_.push_back(std::move(callback));
}

void WantedServices::on_away() {
    in_flight_ = 0;
    for (const auto& callback : std::exchange(waiting_, {}))
        callback();
}

std::string_view WantedServices::configuration(std::string_view service) const noexcept {
    const auto at = configurations_.find(service);
    return at == configurations_.end() ? std::string_view{"{}"} : at->second;
}

std::string WantedServices::runtime_of(std::string_view service) const {
    return codec::find_text(configuration(service), "runtime").value_or("");
}

} // namespace director
