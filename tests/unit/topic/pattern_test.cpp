#include "base/error.hpp"
#include "topic/pattern.hpp"
#include "unit/topic/reference_matcher.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

using topic::Pattern;

namespace {

bool matches(std::string_view pattern, std::string_view key) {
    return Pattern{pattern}.matches(key);
}

/// One to `most` words of a small alphabet, so that chance finds matches.
std::string random_words(std::mt19937& random, std::string_view letters, int most) {
    std::string text;
    for (int count = 1 + static_cast<int>(random() % static_cast<unsigned>(most)); count > 0;
         --count) {
        if (!text.empty())
            text += '.';
        const auto pick = random() % (letters.size() + 1);
        if (pick < letters.size()) // else an empty word
            text += letters[pick];
    }
    return text;
}

} // namespace

TEST_CASE("topic: a pattern without wildcards matches its own text only") {
    CHECK(matches("order.created", "order.created"));
    CHECK_FALSE(matches("order.created", "order.create"));
    CHECK_FALSE(matches("order.created", "order.created.twice"));
    CHECK_FALSE(matches("order", "order.created"));
    CHECK(Pattern{"order.created"}.literal() == "order.created");
    CHECK_FALSE(Pattern{"order.*"}.literal());
}

TEST_CASE("topic: * is exactly one word") {
    CHECK(matches("*", "order"));
    CHECK_FALSE(matches("*", "order.created"));
    CHECK(matches("*.created", "order.created"));
    CHECK_FALSE(matches("*.created", "created"));
    CHECK(matches("order.*.eu", "order.created.eu"));
    CHECK_FALSE(matches("order.*.eu", "order.eu"));
    CHECK_FALSE(matches("order.*", "order"));
}

TEST_CASE("topic: # is zero words or more") {
    CHECK(matches("#", ""));
    CHECK(matches("#", "a.b.c"));
    CHECK(matches("a.#", "a"));
    CHECK(matches("a.#", "a.b.c"));
    CHECK(matches("#.z", "z"));
    CHECK(matches("#.z", "x.y.z"));
    CHECK_FALSE(matches("#.z", "z.x"));
    CHECK(matches("a.#.b", "a.b"));
    CHECK(matches("a.#.b", "a.x.b.y.b"));
    CHECK_FALSE(matches("a.#.b", "a"));
    CHECK_FALSE(matches("a.#.b", "a.b.c"));
    CHECK(matches("#.#", ""));
    CHECK(matches("#.#", "a.b"));
    CHECK(matches("#.b.#", "b"));
    CHECK(matches("#.*", "a"));
    CHECK_FALSE(matches("#.*.*", "a"));
    CHECK(matches("a.#.*.c", "a.b.c"));
}

TEST_CASE("topic: an empty word is a word") {
    CHECK(matches("", ""));
    CHECK(matches("*", ""));
    CHECK(matches("a.*", "a."));
    CHECK(matches("*.*", "."));
    CHECK(matches("a..b", "a..b"));
    CHECK_FALSE(matches("a.b", "a..b"));
    CHECK(matches("a.#.b", "a..b"));
    CHECK_FALSE(matches("", "."));
}

TEST_CASE("topic: a wildcard inside a word has no meaning") {
    CHECK(matches("a*", "a*"));
    CHECK_FALSE(matches("a*", "ab"));
    CHECK_FALSE(matches("a#.b", "ax.b"));
    CHECK(Pattern{"a*.b#"}.literal() == "a*.b#");
}

TEST_CASE("topic: matches_below tells whether a key with one more word could match") {
    CHECK(Pattern{"billing.charge"}.matches_below("billing"));
    CHECK_FALSE(Pattern{"billing.charge"}.matches_below("shipping"));
    CHECK_FALSE(Pattern{"billing.charge"}.matches_below("billing.charge"));
    CHECK(Pattern{"*.charge"}.matches_below("billing"));
    CHECK(Pattern{"#.charge"}.matches_below("eu.billing"));
    CHECK(Pattern{"billing.#"}.matches_below("billing"));
    CHECK_FALSE(Pattern{"billing"}.matches_below("billing"));
    CHECK_FALSE(Pattern{"*"}.matches_below("billing"));
    CHECK(Pattern{"#"}.matches_below(""));
}

TEST_CASE("topic: a key of a million words does not exhaust time or stack") {
    std::string key = "a";
    for (int i = 0; i < 1'000'000; ++i)
        key += ".a";
    CHECK_FALSE(matches("#.b", key));
    CHECK(matches("#.a.#.a.#.a", key));
    CHECK_FALSE(matches("a.#.a.#.b.#.a", key));
}

TEST_CASE("topic: the compiled matcher agrees with the rules on random patterns") {
    std::mt19937 random{20261121};
    int matched = 0;
    for (int round = 0; round < 100'000; ++round) {
        const std::string pattern = random_words(random, "ab*#", 6);
        const std::string key = random_words(random, "ab", 6);
        CAPTURE(pattern);
        CAPTURE(key);
        const bool expected = reference::matches(pattern, key);
        REQUIRE(matches(pattern, key) == expected);
        matched += expected ? 1 : 0;
        // Words that the pattern may ask for, and one that it does not name.
        bool below = false;
        for (const std::string_view last : {"", "a", "b", "other"})
            below = below || reference::matches(pattern, key + "." + std::string(last));
        REQUIRE(Pattern{pattern}.matches_below(key) == below);
    }
    CHECK(matched > 10'000);
}

TEST_CASE("topic: any_matches asks every pattern of a list") {
    const auto patterns = topic::compile({"order.*", "billing.#"});
    CHECK(topic::any_matches(patterns, "billing.charge.eu"));
    CHECK_FALSE(topic::any_matches(patterns, "shipping.sent"));
    CHECK_FALSE(topic::any_matches({}, "order.created"));
}

TEST_CASE("topic: a user's wildcard inside a word is refused") {
    CHECK(topic::compile({"#", "*", "a.*.b", "billing.#", "OrderPlaced"}).size() == 5);
    for (const std::string text : {"Order*", "*Placed", "a.b#", "a.#b.c", "**"})
        CHECK_THROWS_AS(topic::compile({text}), base::Error);
}
