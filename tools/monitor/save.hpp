#pragma once

#include "base/unique_fd.hpp"
#include "cli/invocation.hpp"
#include "tools/follow_session.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

namespace monitor {

/// The name of the file for a message, without counter and extension: KEY.CONVERSATION, of a
/// result KEY-result.CONVERSATION. Of letters, digits and "._-" alone, not hidden, at most 180
/// bytes, so that it stays in its folder whatever a sender wrote.
std::string file_stem(const message::Message& message);

/// Saves each message's payload in a file of its own and hands it on to another view. Never
/// overwrites: a name that is taken gets a counter. Files appear whole or not at all.
class SaveView final : public tools::FollowView {
public:
    /// Throws Error(cannot_create) when `folder` is none. With `json` the files are JSON, else
    /// CBOR; a payload that does not parse is kept as it came.
    SaveView(cli::Invocation& in, const std::string& folder, bool json, bool tell_on_output,
             std::unique_ptr<tools::FollowView> view);

    void show(const message::Message& message) override;
    void finish() override { view_->finish(); }

private:
    std::string save(const message::Message& message);
    std::string place(const std::string& temporary, const std::string& stem,
                      const std::string& extension);

    cli::Invocation& in_;
    std::string folder_;
    base::UniqueFd folder_fd_;
    bool json_;
    bool tell_on_output_;
    std::unique_ptr<tools::FollowView> view_;
    /// The counter that may be free next, by stem: saves looking through thousands of files.
    std::unordered_map<std::string, std::uint64_t> next_counter_;
};

} // namespace monitor
