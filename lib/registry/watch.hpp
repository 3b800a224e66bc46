#pragma once

#include "registry/glob.hpp"
#include "registry/registry.hpp"

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace registry {

struct Registry::Watch::State {
    Glob glob;
    std::function<void()> changed;
};

/// Those who wait for changes, and the names that have changed since they were told.
class WatchList {
public:
    std::unique_ptr<Registry::Watch> add(std::string_view pattern, std::function<void()> changed);

    void note(std::string_view name);
    /// Calls whoever watches one of the noted names, once each.
    void tell();

private:
    std::vector<std::weak_ptr<Registry::Watch::State>> watches_;
    std::set<std::string, std::less<>> changed_;
};

} // namespace registry
