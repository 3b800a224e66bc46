#include "base/percent.hpp"
#include "codec/json_elements.hpp"
#include "codec/json_members.hpp"
#include "docker/build_progress.hpp"
#include "docker/client.hpp"
#include "docker/json_fields.hpp"
#include "docker/refusal.hpp"
#include "http/target.hpp"

#include <algorithm>

namespace docker {

namespace {

std::vector<std::string> real_names(std::vector<std::string> names) {
    std::erase_if(names, [](const std::string& name) { return name.starts_with("<none>"); });
    return names;
}

Image image_from(std::string_view json) {
    Image image;
    for (codec::JsonMembers members{json}; members.next();) {
        const auto key = members.key();
        const auto value = members.value();
        if (key == "Id")
            image.id = text_of(value);
        else if (key == "RepoTags")
            image.names = real_names(texts_of(value));
        else if (key == "Created") // seconds in the list, a text in the details
            image.created_ms =
                value.starts_with('"') ? time_of(text_of(value)) : number_of(value) * 1000;
        else if (key == "Size")
            image.bytes = number_of<std::uint64_t>(value);
        else if (key == "Labels")
            image.labels = pairs_of(value);
    }
    return image;
}

ImageDetail image_detail_from(std::string_view json) {
    ImageDetail detail;
    static_cast<Image&>(detail) = image_from(json);
    const auto config = codec::find(json, "Config").value_or("");
    for (codec::JsonMembers members{config}; members.next();) {
        if (members.key() == "Cmd")
            detail.command = texts_of(members.value());
        else if (members.key() == "Entrypoint")
            detail.entrypoint = texts_of(members.value());
        else if (members.key() == "Labels")
            detail.labels = pairs_of(members.value());
        else if (members.key() == "ExposedPorts")
            for (codec::JsonMembers ports{members.value()}; ports.next();)
                if (ports.key().ends_with("/tcp"))
                    detail.tcp_ports.push_back(number_of<std::uint16_t>(ports.key()));
    }
    std::ranges::sort(detail.tcp_ports);
    return detail;
}

std::string path(std::string_view name) {
    return "/images/" + base::percent_encoded(name);
}

} // namespace

std::vector<Image> Client::images(base::Deadline deadline) {
    const auto answer = call("GET", "/images/json", "", deadline);
    if (answer.status != 200)
        throw refusal("list images", answer);
    std::vector<Image> images;
    for (codec::JsonElements elements{answer.body}; elements.next();)
        images.push_back(image_from(elements.value()));
    return images;
}

std::optional<ImageDetail> Client::inspect_image(std::string_view name, base::Deadline deadline) {
    const auto answer = call("GET", path(name) + "/json", "", deadline);
    if (answer.status == 404)
        return std::nullopt;
    if (answer.status != 200)
        throw refusal("image " + std::string{name}, answer);
    return image_detail_from(answer.body);
}

Change Client::remove_image(std::string_view name, base::Deadline deadline) {
    return change("DELETE", path(name), "remove image " + std::string{name}, deadline);
}

void Client::pull(std::string_view name, const Progress& progress, base::Deadline deadline) {
    // Without a tag the Engine would bring all of them.
    const auto colon = name.rfind(':');
    const bool tagged =
        colon != std::string_view::npos && name.find('/', colon) == std::string_view::npos;
    std::string target = "/images/create";
    http::add_parameter(target, "fromImage", name);
    if (!tagged && name.find('@') == std::string_view::npos)
        http::add_parameter(target, "tag", "latest");
    BuildProgress reader{progress};
    const auto answer =
        call("POST", target, "", deadline, {.source = {}, .sink = [&](std::string_view bytes) {
                                                reader.feed(bytes);
                                                return true;
                                            }});
    const auto failed = [name](std::string why) {
        return base::Error(base::ErrorKind::no, "image " + std::string{name},
                           "is not here and cannot be pulled: " + std::move(why));
    };
    if (answer.status != 200)
        throw failed(engine_message(answer));
    reader.finish();
    if (!reader.error().empty())
        throw failed(reader.error());
}

} // namespace docker
