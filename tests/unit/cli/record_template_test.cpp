#include "base/error.hpp"
#include "cli/record_template.hpp"

#include <doctest/doctest.h>

TEST_CASE("record template: paths stand for values, text stays as it is") {
    const std::string_view json =
        R"({"name":"greeter","ports":[{"host_port":8900}],"note":"a\"b","gone":null})";
    const auto filled = [json](std::string_view text) {
        return cli::RecordTemplate{text}.fill(json, false);
    };
    CHECK(filled("{name}") == "greeter");
    CHECK(filled("{name}\\t{ports.0.host_port}\\n{note}") == "greeter\t8900\na\"b");
    CHECK(filled("{{{name}}} 100% \\d \\\\t") == "{greeter} 100% \\d \\t");
    CHECK(filled("<{gone}{nothing}{ports.1.host_port}>") == "<>");
    CHECK(filled("") == "");
    CHECK(filled("{}") == json);
    CHECK(cli::RecordTemplate{"\n{a}"}.fill(R"({"a":"\u001b["})", true) == "\n\\x1b[");
}

TEST_CASE("record template: a brace without its other one is an error") {
    for (const char* const text : {"{", "{name", "name}", "{a}}"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(cli::RecordTemplate{text}, base::Error);
    }
}
