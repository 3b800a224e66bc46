#include "registry/watch.hpp"

#include <algorithm>
#include <utility>

namespace registry {

std::unique_ptr<Registry::Watch> WatchList::add(std::string_view pattern,
                                                std::function<void()> changed) {
    auto state = std::make_shared<Registry::Watch::State>(
        Registry::Watch::State{Glob{pattern}, std::move(changed)});
    watches_.push_back(state);
    return std::make_unique<Registry::Watch>(std::move(state));
}

void WatchList::note(std::string_view name) {
    if (!watches_.empty() && !changed_.contains(name))
        changed_.emplace(name);
}

void WatchList::tell() {
    if (changed_.empty())
        return;
    const auto names = std::exchange(changed_, {});
    std::erase_if(watches_, [](const auto& watch) { return watch.expired(); });
    // Who is called may end his own watch, or others, or add some.
    for (const auto& weak : std::vector{watches_}) {
        const auto watch = weak.lock();
        if (watch &&
            std::ranges::any_of(names, [&](const auto& name) { return watch->glob.matches(name); }))
            watch->changed();
    }
}

} // namespace registry
