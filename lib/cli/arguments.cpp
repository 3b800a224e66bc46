#include "cli/arguments.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"

#include <algorithm>

namespace cli {

namespace {

bool is_list(const Option& option) {
    return option.kind == Kind::list || option.kind == Kind::pairs;
}

bool is_url(const std::string& word) {
    return word.find("://") != std::string::npos;
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
                keep(word);
        }
        return std::move(result_);
    }

private:
    void keep(std::string word) { result_.words.push_back(std::move(word)); }

    void use(const Option& option) {
        if (std::ranges::find(result_.used, &option) == result_.used.end())
            result_.used.push_back(&option);
    }

    void long_option(const std::string& word) {
        const auto equals = word.find('=');
        const Option* const option = table_.find(word.substr(2, equals - 2));
        if (equals != std::string::npos && option != nullptr && option->kind == Kind::flag)
            throw base::Error(base::ErrorKind::usage, spelling(*option), "takes no value");
        if (option != nullptr)
            use(*option);
        if (option != nullptr && equals == std::string::npos)
            with_value(*option, word);
        else
            keep(word);
    }

    /// -abc: flags up to the first letter that takes a value, which is the rest or the next word.
    void short_options(const std::string& word) {
        for (std::size_t i = 1; i < word.size(); ++i) {
            const Option* const option = table_.find(word[i]);
            const std::string single{'-', word[i]};
            if (option != nullptr)
                use(*option);
            if (option == nullptr || option->kind == Kind::flag) {
                keep(single);
            } else if (i + 1 < word.size()) {
                keep(spelling(*option) + '=' + word.substr(i + 1));
                return;
            } else {
                with_value(*option, single);
            }
        }
    }

    /// The option stands alone; its value, if it takes one, is what follows, whatever that looks
    /// like.
    void with_value(const Option& option, const std::string& word) {
        if (is_list(option)) {
            greedy_list(option);
            return;
        }
        keep(word);
        if (option.kind != Kind::flag && next_ < words_.size())
            keep(words_[next_++]);
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
            keep(spelling(option) + '=' + words_[next_++]);
        if (next_ != first)
            return;
        if (!option.alone.empty())
            keep(spelling(option) + '=' + std::string{option.alone});
        else
            throw base::Error(base::ErrorKind::usage, spelling(option),
                              "needs at least one " + std::string{placeholder(option)});
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
