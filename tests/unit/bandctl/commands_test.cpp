#include "cli/option_table.hpp"
#include "tools/bandctl/commands.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

TEST_CASE("bandctl: no two commands answer to the same name") {
    std::set<std::string_view> names{"help"};
    for (const cli::Command* command : bandctl::command_set.commands) {
        CAPTURE(command->name);
        CHECK(names.insert(command->name).second);
        if (!command->alias.empty())
            CHECK(names.insert(command->alias).second);
    }
}

TEST_CASE("bandctl: no command takes two options of one name or letter") {
    for (const cli::Command* command : bandctl::command_set.commands) {
        const cli::OptionTable table{*command, bandctl::command_set.options};
        std::set<std::string_view> names;
        std::set<char> letters;
        for (const cli::Option* option : table.all()) {
            CAPTURE(command->name);
            CAPTURE(cli::spelling(*option));
            CHECK((option->name.empty() || names.insert(option->name).second));
            CHECK((option->letter == 0 || letters.insert(option->letter).second));
        }
    }
}

TEST_CASE("bandctl: a summary is short and no sentence") {
    for (const cli::Command* command : bandctl::command_set.commands) {
        CAPTURE(command->name);
        CHECK_FALSE(command->summary.empty());
        CHECK(command->summary.size() <= 60);
        CHECK_FALSE(command->summary.ends_with('.'));
    }
}

TEST_CASE("bandctl: commands of one group stand together") {
    std::set<std::string_view> groups;
    std::string_view last;
    for (const cli::Command* command : bandctl::command_set.commands) {
        CAPTURE(command->name);
        CHECK_FALSE(command->group.empty());
        if (command->group != last)
            CHECK(groups.insert(command->group).second);
        last = command->group;
    }
}

TEST_CASE("bandctl: the manual has a text about every command") {
    const char* const source = std::getenv("SOURCE_DIR");
    REQUIRE(source != nullptr);
    for (const cli::Command* command : bandctl::command_set.commands) {
        const auto text = std::filesystem::path{source} / "man" / "bandctl" /
                          (std::string{command->name} + ".scd");
        CAPTURE(text.string());
        CHECK(std::filesystem::exists(text));
    }
}
