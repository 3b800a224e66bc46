#include "codec/cbor_item.hpp"
#include "codec/cbor_to_json.hpp"
#include "codec/json_bulk.hpp"
#include "codec/json_path.hpp"
#include "codec/json_scanner.hpp"
#include "codec/json_to_cbor.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr int documents = 20'000;
constexpr int rounds = 25;

std::string_view wanted; // part of the names of the rows to measure

std::string event(int i) {
    return R"({"order_id": "A-)" + std::to_string(100'000 + i) + R"(", "customer": {"id": )" +
           std::to_string(i) +
           R"(, "name": "Zoë Müller"}, "items": [{"sku": "X-1", "qty": 2, "price": 19.99}], )"
           R"("total": 39.98, "currency": "EUR", "paid": true, "note": null, "ts": 1795218620.538})";
}

template <class Work>
void measure(const char* name, const std::vector<std::string>& inputs, Work work) {
    if (std::string_view(name).find(wanted) == std::string_view::npos)
        return;
    std::vector<double> seconds; // of processor time; the best round is the least disturbed one
    for (int round = 0; round < rounds; ++round) {
        const auto start = std::clock();
        for (const auto& input : inputs)
            work(input);
        seconds.push_back(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
    }
    const auto best = *std::min_element(seconds.begin(), seconds.end());
    std::size_t bytes = 0;
    for (const auto& input : inputs)
        bytes += input.size();
    std::printf("%-28s %6.2f M docs/s  %5.0f MB/s\n", name,
                static_cast<double>(inputs.size()) / best / 1e6,
                static_cast<double>(bytes) / best / 1e6);
}

} // namespace

int main(int argc, char** argv) {
    if (argc > 1)
        wanted = argv[1];
    std::vector<std::string> json;
    std::vector<std::string> cbor;
    for (int i = 0; i < documents; ++i) {
        json.push_back(event(i));
        cbor.push_back(codec::json_to_cbor(json.back()));
    }
    std::printf("%zu bytes of JSON, %zu of CBOR a document\n", json[0].size(), cbor[0].size());
    const auto bulk = codec::JsonBulk::load(CODEC_MODULE);
    std::string out;
    std::size_t sum = 0;
    measure("validate, scanner", json, [](const auto& text) { codec::validate_json(text); });
    measure(bulk->accelerated() ? "validate, simdjson" : "validate, no module", json,
            [&](const auto& text) { bulk->validate(text); });
    measure("duplicate keys", json,
            [&](const auto& text) { sum += codec::find_duplicate_key(text).has_value(); });
    measure("to CBOR, scanner", json, [&](const auto& text) {
        out.clear();
        codec::append_cbor(out, text);
    });
    const auto scanner = codec::JsonBulk::load("/nonexistent");
    measure("to CBOR, scanner reused", json, [&](const auto& text) {
        out.clear();
        scanner->to_cbor(text, out);
    });
    measure("to CBOR, simdjson", json, [&](const auto& text) {
        out.clear();
        bulk->to_cbor(text, out);
    });
    measure("find currency", json,
            [&](const auto& text) { sum += codec::find(text, "currency")->size(); });
    measure("CBOR item length", cbor,
            [&](const auto& item) { sum += *codec::cbor_item_length(item); });
    measure("CBOR to JSON", cbor, [&](const auto& item) {
        out.clear();
        codec::append_json(out, item);
    });
    return sum == 0 ? 1 : 0;
}
