// A service of two handlers. Try it:
//   greeter &
//   send_command greeter.greet --data '{"name": "Ada"}'
//   publish_event UserCreated --data '{"name": "Grace"}'
#include "codec/json_path.hpp"
#include "codec/json_writer.hpp"
#include "service/run_main.hpp"

class Greeter : public service::Service {
public:
    Greeter() : Service("greeter") {
        subscribe_commands("greet", [this](const message::Message& command) {
            const auto name = codec::find_text(message::body_as_json(command), "name");
            if (!name)
                return service::Outcome::error("incomplete", "whom shall I greet? give a name");
            return service::Outcome::ok(greeting("Hello", *name));
        });
        subscribe_events("UserCreated", [this](const message::Message& event) {
            const auto name = codec::find_text(message::body_as_json(event), "name");
            publish_event("UserGreeted", greeting("Welcome", name.value_or("stranger")));
            log(message::Severity::info, "greeted a new user");
        });
    }

private:
    static std::string greeting(std::string_view word, const std::string& name) {
        std::string json;
        codec::JsonWriter writer{json};
        writer.begin_object();
        writer.member("greeting", std::string(word) + ", " + name + "!");
        writer.end_object();
        return json;
    }
};

int main(int argc, char** argv) {
    Greeter greeter;
    return service::run_main(argc, argv, greeter);
}
