#include "cli/arguments.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"
#include "cli/suggest.hpp"

namespace cli {

using base::Error;
using base::ErrorKind;

namespace {

bool is_list(const Option& option) {
    return option.kind == Kind::list || option.kind == Kind::pairs;
}

bool is_url(const std::string& word) {
    return word.find("://") != std::string::npos;
}

[[noreturn]] void throw_unknown(const OptionTable& table, const std::string& name) {
    auto hint = name.starts_with("--") ? did_you_mean(name.substr(2), table.long_names()) : "";
    if (const auto at = hint.find("mean "); at != std::string::npos)
        hint.insert(at + 5, "--");
    throw Error(ErrorKind::usage, "no such option", base::quoted(name),
                hint.empty() ? "--help lists all" : hint);
}

class Splitter {
public:
    Splitter(const OptionTable& table, std::span<const std::string> words)
        : table_(table), words_(words) {}

    Arguments split() {
        while (next_ < words_.size()) {
            const std::string& word = words_[next_++];
            if (word == "--") {
                result_.rest.assign(words_.begin() + static_cast<std::ptrdiff_t>(next_),
                                    words_.end());
                break;
            }
            if (word.starts_with("--"))
                long_option(word);
            else if (word.starts_with('-') && word.size() > 1)
                short_options(word);
            else
                result_.words.push_back(word);
        }
        return std::move(result_);
    }

private:
    void use(const Option& option, std::string value) {
        result_.uses.push_back({&option, std::move(value)});
    }

    void long_option(const std::string& word) {
        const auto equals = word.find('=');
        const std::string name = word.substr(2, equals - 2);
        const Option* const option = table_.find(name);
        if (option == nullptr)
            throw_unknown(table_, word.substr(0, equals));
        if (equals == std::string::npos && option->kind != Kind::flag)
            following_value(*option);
        else if (equals == std::string::npos)
            use(*option, option->negatable && name.starts_with("no-") ? "false" : "true");
        else if (option->kind != Kind::flag)
            use(*option, word.substr(equals + 1));
        else
            throw Error(ErrorKind::usage, spelling(*option), "takes no value");
    }

    /// -abc: flags up to the first letter that takes a value, which is the rest or the next word.
    void short_options(const std::string& word) {
        for (std::size_t i = 1; i < word.size(); ++i) {
            const Option* const option = table_.find(word[i]);
            if (option == nullptr)
                throw_unknown(table_, {'-', word[i]});
            if (option->kind == Kind::flag) {
                use(*option, "true");
            } else if (i + 1 < word.size()) {
                use(*option, word.substr(i + 1));
                return;
            } else {
                following_value(*option);
            }
        }
    }

    /// The next word is the value, whatever it looks like.
    void following_value(const Option& option) {
        if (is_list(option))
            greedy_list(option);
        else if (next_ < words_.size())
            use(option, words_[next_++]);
        else
            throw Error(ErrorKind::usage, spelling(option),
                        "needs a value: " + std::string{placeholder(option)});
    }

    void greedy_list(const Option& option) {
        const std::size_t first = next_;
        // Where a value must follow, one that is a URL says that this is a list of URLs.
        const bool urls = option.alone.empty() && first < words_.size() && is_url(words_[first]);
        // What is no pair behind one is an argument, as in "run --env A=1 hello".
        const auto belongs = [&](const std::string& word) {
            return !word.starts_with('-') && (urls || !is_url(word)) &&
                   (option.kind != Kind::pairs || next_ == first ||
                    word.find('=') != std::string::npos);
        };
        while (next_ < words_.size() && belongs(words_[next_]))
            use(option, words_[next_++]);
        if (next_ != first)
            return;
        if (option.alone.empty())
            throw Error(ErrorKind::usage, spelling(option),
                        "needs at least one " + std::string{placeholder(option)});
        use(option, std::string{option.alone});
    }

    const OptionTable& table_;
    std::span<const std::string> words_;
    std::size_t next_ = 0;
    Arguments result_;
};

} // namespace

Arguments split_arguments(const OptionTable& table, std::span<const std::string> words) {
    return Splitter{table, words}.split();
}

} // namespace cli
