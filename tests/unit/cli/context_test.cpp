#include "base/error.hpp"
#include "cli/context_choice.hpp"
#include "cli/context_file.hpp"
#include "cli/settings.hpp"
#include "command_line.hpp"

#include <doctest/doctest.h>

namespace {

std::string error_of(const std::string& text) {
    try {
        (void)cli::parse_contexts(text, "f");
        return "";
    } catch (const base::Error& error) {
        CHECK(error.kind() == base::ErrorKind::config);
        return error.what();
    }
}

} // namespace

TEST_CASE("contexts: a file is read with the places of its values") {
    const auto file = cli::parse_contexts("current = \"prod\"\n"
                                          "[context.prod]\n"
                                          "url = \"redis://a\" # the one\n"
                                          "connect_timeout = 2\n"
                                          "\n"
                                          "[context.dev]\n"
                                          "keep_age = \"1h\"\n",
                                          "f");
    CHECK(file.current == "prod");
    CHECK(file.current_line == 1);
    CHECK(file.names() == std::vector<std::string>{"prod", "dev"});
    const auto* const prod = file.find("prod");
    REQUIRE(prod != nullptr);
    CHECK(prod->line == 2);
    REQUIRE(prod->find("url") != nullptr);
    CHECK(prod->find("url")->value == "redis://a");
    CHECK(prod->find("url")->place == "f:3:7");
    CHECK(prod->find("connect_timeout")->value == "2");
    CHECK(prod->find("prefix") == nullptr);
    CHECK(file.find("staging") == nullptr);
}

TEST_CASE("contexts: what is wrong is named with line and column") {
    CHECK(error_of("[context.a]\nulr = \"x\"\n") ==
          "f:2:1: unknown key \"ulr\"; did you mean url?");
    CHECK(error_of("[contxt.a]\n") == "f:1:2: unknown key \"contxt\"; did you mean context?");
    CHECK(error_of("[context.a]\nurl = 5\n") == "f:2:7: url is no text");
    CHECK(error_of("[context.a]\nurl = [\"a\"]\n") == "f:2:7: url is no text");
    CHECK(error_of("[context.a]\nprefix = \"\"\n") == "f:2:10: prefix is empty; leave it out");
    CHECK(error_of("[context.a]\nkeep_entries = \"x\"\n") ==
          "f:2:16: keep_entries: \"x\" is no number; write digits only");
    CHECK(error_of("[context.a]\nkeep_entries = true\n") == "f:2:16: keep_entries is no number");
    CHECK(error_of("current = 1\n") == "f:1:11: current is no text");
    CHECK(error_of("context = 1\n") ==
          "f:1:1: context is no table; a context begins with [context.NAME]");
    CHECK(error_of("[context]\na = 1\n") == "f:2:1: the context is no table");
    CHECK(error_of("[context.\"a b\"]\n").find("\"a b\" cannot be a context's name") !=
          std::string::npos);
    CHECK(error_of("[context.default]\n").find("cannot be") != std::string::npos);
    CHECK(error_of("x = \n").starts_with("f:1:5: not TOML: "));
    CHECK(error_of("[context.a]\nurl = \"redis://u:canary@h\nx").find("canary") ==
          std::string::npos);
    CHECK(error_of("[context.a]\nü = 1\n").starts_with("f:2:1: not TOML: "));
    CHECK(error_of("cur\xef\xbb\xbbt = 1\n").starts_with("f:1:4: not TOML: "));
    CHECK(error_of("[context.a]\nimages = \"ü~ä\"; x\n").starts_with("f:2:15: not TOML: "));
    CHECK(error_of("# \xff\n") == "f:1:1: not TOML: no UTF-8");
    CHECK(error_of("# ü \" é\n[context.a]\nprefix = \"\\\"ü\" # ü\n") == "");
    CHECK(error_of(std::string(10'000, '[')).starts_with("f:1:"));
}

TEST_CASE("contexts: values hold any text") {
    const auto file = cli::parse_contexts("[context.a]\nimages = \"~/dienste/größe~7E\" # ü\n"
                                          "registry = 'é\\n\\u00e9'\ndirector = \"\\u00e9~\"\n",
                                          "f");
    const auto& context = file.contexts.at(0);
    CHECK(context.find("images")->value == "~/dienste/größe~7E");
    CHECK(context.find("registry")->value == "é\\n\\u00e9");
    CHECK(context.find("director")->value == "é~");
}

TEST_CASE("contexts: every setting has a key, a variable and a default that fits") {
    for (const cli::Setting& setting : cli::settings()) {
        CAPTURE(setting.key);
        CHECK(cli::find_setting(setting.key) == &setting);
        CHECK_FALSE(setting.variable.empty());
        CHECK_FALSE(setting.help.empty());
    }
    CHECK(cli::find_setting("nothing") == nullptr);
}

TEST_CASE("contexts: names are words without a path") {
    for (const char* const good : {"prod", "eu-west.1", "A_b"})
        CHECK(cli::is_context_name(good));
    for (const char* const bad : {"", "default", ".a", "-a", "a/b", "a b", "ä"})
        CHECK_FALSE(cli::is_context_name(bad));
    CHECK_FALSE(cli::is_context_name(std::string(64, 'a')));
}
