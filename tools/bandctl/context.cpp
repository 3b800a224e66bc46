#include "base/error.hpp"
#include "base/printable.hpp"
#include "bus/bus.hpp"
#include "cli/command.hpp"
#include "cli/invocation.hpp"
#include "cli/records.hpp"
#include "cli/redact.hpp"
#include "cli/settings.hpp"
#include "cli/shared_options.hpp"
#include "cli/suggest.hpp"
#include "codec/json_writer.hpp"
#include "tools/bandctl/context_edit.hpp"

#include <algorithm>

namespace bandctl {

namespace {

using base::Error;
using base::ErrorKind;

constexpr cli::Option own_options[] = {
    {.name = "docker",
     .kind = cli::Kind::text,
     .value = "ADDRESS",
     .help = "add: the Docker Engine, unix:///PATH or tcp://HOST:PORT",
     .variable = ""},
    {.name = "runtime",
     .kind = cli::Kind::choice,
     .help = "add: where services run",
     .choices = "docker|tmux",
     .variable = ""},
    {.name = "images",
     .kind = cli::Kind::text,
     .value = "FOLDER:...",
     .help = "add: folders of services",
     .variable = ""},
    {.name = "registry",
     .kind = cli::Kind::text,
     .value = "URL",
     .help = "add: the service registry",
     .variable = ""},
    {.name = "origin", .help = "show: say where each value stands"},
};

constexpr cli::OptionGroup groups[] = {{"Context", own_options}, cli::retention_options};

constexpr cli::Example examples[] = {
    {"Keep an address under a name, and use it from now on",
     "bandctl context add prod --url redis://redis.internal --director http://10.0.0.5:10000"},
    {"From now on all programs work there", "bandctl context use prod"},
    {"Another one for one command", "bandctl --context staging log backup INFO done"},
};

const cli::Context& get(const cli::ContextFile& file, const std::string& name) {
    if (const cli::Context* const context = file.find(name))
        return *context;
    const auto hint = cli::did_you_mean(name, file.names());
    throw Error(ErrorKind::no, "context " + base::quoted(name), "there is none",
                hint.empty() ? "bandctl context list shows all" : hint);
}

/// What the command line says about settings; environment and contexts do not count.
ContextEntries given_entries(const cli::Invocation& in) {
    ContextEntries entries;
    for (const cli::Setting& setting : cli::settings()) {
        std::string option{setting.key};
        std::ranges::replace(option, '_', '-');
        if (in.on_command_line(option))
            entries.emplace_back(setting.key, *in.text(option));
    }
    return entries;
}

void add(cli::Invocation& in, const std::string& name) {
    if (!cli::is_context_name(name))
        throw Error(ErrorKind::usage, "NAME " + base::quoted(name), "cannot be a context's name",
                    "letters, digits, \"_\", \".\" and \"-\"; default stands for none");
    const auto entries = given_entries(in);
    if (entries.empty())
        throw Error(ErrorKind::usage, "context add", "says nothing about " + base::quoted(name),
                    "give --url, --director or the like");
    if (entries.front().first == "url")
        (void)bus::Bus::open({.url = entries.front().second}); // complains about a wrong one
    edit_contexts([&](std::string_view text, const cli::ContextFile& file) {
        if (file.find(name) != nullptr)
            throw Error(ErrorKind::no, "context " + base::quoted(name), "is there already",
                        "bandctl context rm " + name + " removes it");
        return with_context(text, file, name, entries);
    });
    in.notice().say("added context " + name + "; bandctl context use " + name +
                    " makes it the one");
}

void use(cli::Invocation& in, const std::string& name) {
    edit_contexts([&name](std::string_view text, const cli::ContextFile& file) {
        if (name != cli::no_context)
            (void)get(file, name);
        return with_current(text, file, name == cli::no_context ? "" : name);
    });
    in.notice().say(name == cli::no_context ? "no context is used now" : "now in context " + name);
}

void remove(cli::Invocation& in, const std::string& name) {
    edit_contexts([&name](std::string_view text, const cli::ContextFile& file) {
        (void)get(file, name);
        auto without = without_context(text, file, name);
        if (file.current != name)
            return without;
        return with_current(without, cli::parse_contexts(without, file.path), "");
    });
    in.notice().say("removed context " + name);
}

std::string value_of(const cli::Context& context, std::string_view key) {
    const auto* const entry = context.find(key);
    return entry == nullptr ? "" : cli::redacted(entry->value);
}

std::string json_of(const cli::Context& context, bool current) {
    std::string text;
    codec::JsonWriter json{text};
    json.begin_object();
    json.member("name", context.name);
    json.member("current", current);
    for (const auto& entry : context.entries)
        json.member(entry.key, cli::redacted(entry.value));
    json.end_object();
    return text;
}

void list(cli::Invocation& in) {
    static constexpr cli::Column columns[] = {{"CURRENT"},
                                              {"NAME"},
                                              {"BUS", cli::Align::left, true},
                                              {"DIRECTOR", cli::Align::left, true}};
    const auto file = cli::read_contexts(cli::context_path()).value_or(cli::ContextFile{});
    const auto& chosen = in.context();
    cli::Records records{in, columns};
    for (const cli::Context& context : file.contexts) {
        const bool current = chosen && chosen->context.name == context.name;
        const std::string cells[] = {current ? "*" : "", context.name, value_of(context, "url"),
                                     value_of(context, "director")};
        records.add(context.name, json_of(context, current), cells);
    }
    records.finish();
}

void show(cli::Invocation& in, const std::optional<std::string>& name) {
    const auto& chosen = in.context();
    if (!name && !chosen)
        throw Error(ErrorKind::no, "context", "none is used", "bandctl context use NAME");
    const auto file = cli::read_contexts(cli::context_path()).value_or(cli::ContextFile{});
    const cli::Context& context = get(file, name ? *name : chosen->context.name);
    const bool current = chosen && chosen->context.name == context.name;
    if (cli::print_record(in, context.name, json_of(context, current)))
        return;
    static constexpr cli::Column columns[] = {{"KEY"}, {"VALUE"}, {"ORIGIN"}};
    const std::size_t count = in.flag("origin") ? 3 : 2;
    cli::Records records{in, std::span{columns}.first(count)};
    for (const auto& entry : context.entries) {
        const std::string cells[] = {entry.key, cli::redacted(entry.value), entry.place};
        records.add(entry.key, "", std::span{cells}.first(count));
    }
    records.finish();
}

void run(cli::Invocation& in) {
    const std::string& action = in.args().front();
    const auto name = in.arg(1);
    if (action == "list" && !name)
        return list(in);
    if (action == "show")
        return show(in, name);
    static const std::vector<std::string> with_name{"add", "use", "rm"};
    if (std::ranges::find(with_name, action) != with_name.end()) {
        if (!name)
            throw Error(ErrorKind::usage, "NAME", "missing argument", "usage: " + in.usage());
        return action == "add"   ? add(in, *name)
               : action == "use" ? use(in, *name)
                                 : remove(in, *name);
    }
    const auto hint =
        cli::did_you_mean(action, std::vector<std::string>{"add", "use", "list", "show", "rm"});
    throw Error(ErrorKind::usage, "context " + base::quoted(action),
                name && action == "list" ? "takes no name" : "is not known",
                hint.empty() || action == "list" ? "usage: " + in.usage() : hint);
}

std::vector<cli::Candidate> complete(cli::Invocation& before, std::string_view word) {
    if (before.args().empty())
        return {{"add", "Keep addresses under a name"},
                {"use", "Work there from now on"},
                {"list", "List all contexts"},
                {"show", "Show one context"},
                {"rm", "Remove a context"}};
    const std::string& action = before.args().front();
    if (before.args().size() > 1 || (action != "use" && action != "show" && action != "rm"))
        return {};
    return cli::context_names(before, word);
}

} // namespace

extern const cli::Command context_command;
const cli::Command context_command{
    .name = "context",
    .args = "add|use|list|show|rm [NAME]",
    .summary = "Keep addresses under names, and choose among them",
    .group = "Settings",
    .description =
        "A context says where the bus, the director and so on are. All programs work in the one "
        "that is used, unless their command line or the environment says otherwise.",
    .examples = examples,
    .options = groups,
    .formats = "table|json|ndjson|name|template=TEXT",
    .complete = complete,
    .run = run,
};

} // namespace bandctl
