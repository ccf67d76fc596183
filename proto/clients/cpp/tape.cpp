// Plays a conformance tape (proto/conformance/README.md) against a running venue; prints one line a case.
//
//     make && BOURSE_TOKEN=$(../../../bourse token --account 6) build/tape ../../conformance/order-entry.tape [SYMBOL]
#include "venue.hpp"

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iostream>
#include <regex>
#include <sstream>

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

namespace {

using google::protobuf::Message;
using google::protobuf::Value;
using Failure = std::runtime_error;
constexpr auto patience = std::chrono::seconds(10);

std::string environment(const char* name, const std::string& otherwise) {
    const char* value = std::getenv(name);
    return value == nullptr ? otherwise : value;
}

template <typename M>
M parsed(const std::string& json) {
    M message;
    const auto status = google::protobuf::util::JsonStringToMessage(json, &message);
    if (!status.ok()) {
        throw Failure("not JSON of this message: " + json);
    }
    return message;
}

/** As a tree, with the names of the .proto file. */
Value tree(const Message& message) {
    google::protobuf::util::JsonPrintOptions options;
    options.preserve_proto_field_names = true;
    std::string json;
    if (!google::protobuf::util::MessageToJsonString(message, &json, options).ok()) {
        throw Failure("not to be written as JSON: " + message.GetTypeName());
    }
    return parsed<Value>(json);
}

Value wrapped(const std::string& kind, const Message& message) {
    Value value;
    (*value.mutable_struct_value()->mutable_fields())[kind] = tree(message);
    return value;
}

std::string scalar(const Value& value) {
    switch (value.kind_case()) {
        case Value::kNumberValue: return std::to_string(std::llround(value.number_value()));
        case Value::kBoolValue: return value.bool_value() ? "true" : "false";
        case Value::kStringValue: return value.string_value();
        default: return "";
    }
}

struct Outcome {
    std::string code;
    std::string details;
};

Outcome outcome(const grpc::Status& status) {
    static const std::map<int, std::string> names{{0, "OK"}, {3, "INVALID_ARGUMENT"}, {4, "DEADLINE_EXCEEDED"}, {5, "NOT_FOUND"}, {7, "PERMISSION_DENIED"},
        {8, "RESOURCE_EXHAUSTED"}, {9, "FAILED_PRECONDITION"}, {10, "ABORTED"}, {14, "UNAVAILABLE"}, {16, "UNAUTHENTICATED"}};
    const auto name = names.find(status.error_code());
    return {name == names.end() ? std::to_string(status.error_code()) : name->second, status.error_details()};
}

void expect_outcome(const Outcome& found, const std::string& code, const std::string& reason = "") {
    if (found.code != code || found.details.find(reason) == std::string::npos) {
        throw Failure("status: " + found.code + " " + found.details + " (expected: " + code + " " + reason + ")");
    }
}

/** A stream whose messages wait, each kind by itself, until the tape asks for them. */
class Call {
public:
    virtual ~Call() = default;

    Value event() { return take(events_, "event"); }
    Value control() { return take(controls_, "control message"); }
    Outcome end() { return take(ends_, "end"); }

    void applied(std::uint64_t number) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, patience, [&] { return applied_ >= number; })) {
            throw Failure("applied: " + std::to_string(applied_) + " (expected: " + std::to_string(number) + ")");
        }
    }

    void forget_events() {
        const std::lock_guard lock(mutex_);
        events_.clear();
    }

    void cut() { context_.TryCancel(); }
    virtual void send(const venue::order::ClientFrame&) {}
    virtual void close() {}

protected:
    /** In the derived class's destructor: its stream must outlive the thread that reads it. */
    void stop() {
        context_.TryCancel();
        if (reader_.joinable()) {
            reader_.join();
        }
    }

    /** Runs on a thread of its own; the derived class starts it when it is whole. */
    template <typename Stream, typename Frame, typename Take>
    void read(Stream& stream, Take take_frame) {
        reader_ = std::thread([this, &stream, take_frame] {
            Frame frame;
            while (stream.Read(&frame)) {
                const std::lock_guard lock(mutex_);
                std::uint64_t account_seq = frame.first_account_seq();
                for (const auto& event : frame.events()) {
                    Value value = tree(event);
                    (*value.mutable_struct_value()->mutable_fields())["account_seq"].set_string_value(std::to_string(account_seq++));
                    events_.push_back(value);
                }
                take_frame(frame);
                changed_.notify_all();
            }
            const auto status = stream.Finish();
            const std::lock_guard lock(mutex_);
            ends_.push_back(outcome(status));
            changed_.notify_all();
        });
    }

    template <typename T>
    T take(std::deque<T>& waiting, const std::string& what) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, patience, [&] { return !waiting.empty(); })) {
            throw Failure("no " + what + " within 10 s");
        }
        const T first = waiting.front();
        waiting.pop_front();
        return first;
    }

    grpc::ClientContext context_;
    std::deque<Value> controls_;
    std::uint64_t applied_ = 0;

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Value> events_;
    std::deque<Outcome> ends_;
    std::thread reader_;
};

class SessionCall : public Call {
public:
    SessionCall(venue::order::OrderEntry::Stub& stub, const std::function<void(grpc::ClientContext&)>& login) {
        login(context_);
        stream_ = stub.Session(&context_);
        read<decltype(*stream_), venue::order::ServerFrame>(*stream_, [this](const venue::order::ServerFrame& frame) {
            for (const auto& duplicate : frame.duplicates()) {
                controls_.push_back(wrapped("duplicate", duplicate));
            }
            const auto* kind = frame.GetReflection()->GetOneofFieldDescriptor(frame, frame.GetDescriptor()->FindOneofByName("control"));
            if (kind != nullptr && !(frame.has_heartbeat() && frame.heartbeat().client_time_ns() == 0)) {
                controls_.push_back(wrapped(kind->name(), frame.GetReflection()->GetMessage(frame, kind)));
            }
            applied_ = std::max<std::uint64_t>(applied_, frame.applied_client_seq());
        });
    }

    ~SessionCall() override { stop(); }
    void send(const venue::order::ClientFrame& frame) override { stream_->Write(frame); }
    void close() override { stream_->WritesDone(); }

private:
    std::unique_ptr<grpc::ClientReaderWriter<venue::order::ClientFrame, venue::order::ServerFrame>> stream_;
};

class CopyCall : public Call {
public:
    CopyCall(venue::order::DropCopy::Stub& stub, const std::function<void(grpc::ClientContext&)>& login, const venue::order::DropCopySubscribeRequest& request) {
        login(context_);
        stream_ = stub.Subscribe(&context_, request);
        read<decltype(*stream_), venue::order::DropCopyFrame>(*stream_, [this](const venue::order::DropCopyFrame& frame) {
            if (frame.has_snapshot_required()) {
                controls_.push_back(wrapped("snapshot_required", frame.snapshot_required()));
            }
        });
    }

    ~CopyCall() override { stop(); }

private:
    std::unique_ptr<grpc::ClientReader<venue::order::DropCopyFrame>> stream_;
};

class Player {
public:
    explicit Player(const std::string& symbol)
        : channel_(grpc::CreateChannel(environment("BOURSE_ORDERS", "127.0.0.1:7301"), grpc::InsecureChannelCredentials())),
          feed_(venue::feed::MarketData::NewStub(grpc::CreateChannel(environment("BOURSE_FEED", "127.0.0.1:7302"), grpc::InsecureChannelCredentials()))),
          orders_(venue::order::OrderEntry::NewStub(channel_)),
          copies_(venue::order::DropCopy::NewStub(channel_)),
          reference_(bourse::reference::v1::Reference::NewStub(channel_)),
          token_(environment("BOURSE_TOKEN", "")) {
        using namespace bourse::reference::v1;
        using namespace venue::order;
        unary<GetInstrumentRequest, GetInstrumentResponse>("bourse.reference.v1.Reference/GetInstrument", [this](auto* context, auto& request, auto* answer) { return reference_->GetInstrument(context, request, answer); });
        unary<SubmitRequest, SubmitResponse>("bourse.order.v1.OrderEntry/Submit", [this](auto* context, auto& request, auto* answer) { return orders_->Submit(context, request, answer); });
        unary<MassCancelRequest, MassCancelResponse>("bourse.order.v1.OrderEntry/MassCancel", [this](auto* context, auto& request, auto* answer) { return orders_->MassCancel(context, request, answer); });
        unary<ListOpenOrdersRequest, ListOpenOrdersResponse>("bourse.order.v1.OrderEntry/ListOpenOrders", [this](auto* context, auto& request, auto* answer) { return orders_->ListOpenOrders(context, request, answer); });
        unary<GetAccountRequest, GetAccountResponse>("bourse.order.v1.OrderEntry/GetAccount", [this](auto* context, auto& request, auto* answer) { return orders_->GetAccount(context, request, answer); });
        unary_.at("bourse.reference.v1.Reference/GetInstrument")("{\"symbol\": \"" + symbol + "\"}");
        expect_outcome(answered_, "OK");
        const auto session = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
        instrument_ = std::stoul(scalar(answer_.struct_value().fields().at("instrument").struct_value().fields().at("instrument_id")));
        variables_ = {{"session", std::to_string(session)}, {"id", std::to_string(session << 16)}, {"instrument", std::to_string(instrument_)}, {"token", token_}};
    }

    ~Player() {
        watching_.TryCancel();
        if (watcher_.joinable()) {
            watcher_.join();
        }
    }

    void begin_case() { streams_.clear(); }

    void play(const std::string& verb, std::istringstream& words) {
        std::string name, rest;
        const auto word = [&] { std::string next; words >> next; return next; };
        const auto line = [&] { std::string next; std::getline(words >> std::ws, next); return next; };
        const auto login = [this](grpc::ClientContext& context) { this->login(context); };
        if (verb == "send") {
            name = word();
            if (!streams_.contains(name)) {
                streams_[name] = std::make_unique<SessionCall>(*orders_, login);
            }
            streams_[name]->send(parsed<venue::order::ClientFrame>(filled(line())));
        } else if (verb == "copy") {
            name = word();
            streams_[name] = std::make_unique<CopyCall>(*copies_, login, parsed<venue::order::DropCopySubscribeRequest>(filled(line())));
        } else if (verb == "event" || verb == "control") {
            auto& stream = *streams_.at(word());
            const auto found = verb == "event" ? stream.event() : stream.control();
            check(parsed<Value>(line()), &found, verb);
        } else if (verb == "applied") {
            auto& stream = *streams_.at(word());
            stream.applied(std::stoull(word()));
        } else if (verb == "ends") {
            const auto found = streams_.at(word())->end();
            const auto code = word();
            expect_outcome(found, code, word());
        } else if (verb == "close") {
            streams_.at(word())->close();
        } else if (verb == "cut") {
            streams_.at(word())->cut();
        } else if (verb == "token") {
            const auto which = word();
            token_ = which == "good" ? environment("BOURSE_TOKEN", "") : which == "none" ? "" : which;
        } else if (verb == "call") {
            const auto method = word();
            unary_.at(method)(filled(line()));
        } else if (verb == "answer") {
            expect_outcome(answered_, "OK");
            check(parsed<Value>(line()), &answer_, verb);
        } else if (verb == "fails") {
            const auto code = word();
            expect_outcome(answered_, code, word());
        } else if (verb == "flood") {
            auto& stream = *streams_.at(word());
            const auto first = std::stoull(word());
            flood(stream, first, std::stoull(word()));
        } else if (verb == "do") {
            const auto command = environment("BOURSE_DO", "false") + " " + word();
            if (std::system(command.c_str()) != 0) {
                throw Failure("failed: " + command);
            }
        } else if (verb == "watch") {
            watch();
        } else if (verb == "level") {
            const auto side = word();
            const auto price = std::stoll(word());
            level(side, price, std::stoll(word()));
        } else {
            throw Failure("no such verb: " + verb);
        }
    }

private:
    void login(grpc::ClientContext& context) {
        if (!token_.empty()) {
            venue::login(context, token_);
        }
    }

    template <typename Stream>
    static void flood(Stream& stream, std::uint64_t first, std::uint64_t count) {
        for (auto seq = first; seq < first + count; seq += 500) {
            venue::order::ClientFrame frame;
            frame.mutable_batch()->set_first_client_seq(seq);
            for (auto i = seq; i < std::min(seq + 500, first + count); i++) {
                frame.mutable_batch()->add_commands()->mutable_cancel()->set_order_id(std::uint64_t{1} << 62);
            }
            stream.send(frame);
        }
        stream.applied(first + count - 1);
        stream.forget_events();
    }

    template <typename Request, typename Answer, typename Method>
    void unary(const std::string& name, Method method) {
        unary_[name] = [this, method](const std::string& json) {
            grpc::ClientContext context;
            context.set_deadline(std::chrono::system_clock::now() + patience);
            login(context);
            const auto request = parsed<Request>(json);
            Answer answer;
            answered_ = outcome(method(&context, request, &answer));
            answer_ = tree(answer);
        };
    }

    /** $name, $name+5 or the text itself; empty for a name that has no value yet. */
    std::string value(const std::string& text) const {
        static const std::regex name(R"(\$(\w+)(?:\+(\d+))?)");
        std::smatch match;
        if (!std::regex_match(text, match, name)) {
            return text;
        }
        const auto known = variables_.find(match[1]);
        if (known == variables_.end() || !match[2].matched) {
            return known == variables_.end() ? "" : known->second;
        }
        return std::to_string(std::stoull(known->second) + std::stoull(match[2]));
    }

    std::string filled(const std::string& json) const {
        static const std::regex quoted(R"re("(\$[^"]+)")re");
        std::string out;
        auto from = json.cbegin();
        for (std::sregex_iterator it(json.begin(), json.end(), quoted), end; it != end; ++it) {
            out.append(from, (*it)[0].first).append("\"" + value((*it)[1]) + "\"");
            from = (*it)[0].second;
        }
        return out.append(from, json.cend());
    }

    /** Everything that is expected is there; a name without a value takes what is there. */
    void check(const Value& expected, const Value* actual, const std::string& where) {
        if (expected.has_struct_value()) {
            if (actual == nullptr) {
                throw Failure(where + ": missing");
            }
            for (const auto& [key, child] : expected.struct_value().fields()) {
                const auto& fields = actual->struct_value().fields();
                const auto found = fields.find(key);
                check(child, found == fields.end() ? nullptr : &found->second, where + "." + key);
            }
        } else if (expected.has_list_value()) {
            const int count = actual == nullptr ? 0 : actual->list_value().values_size();
            if (count != expected.list_value().values_size()) {
                throw Failure(where + ": " + std::to_string(count) + " (expected: " + std::to_string(expected.list_value().values_size()) + ")");
            }
            for (int i = 0; i < count; i++) {
                check(expected.list_value().values(i), &actual->list_value().values(i), where + "[" + std::to_string(i) + "]");
            }
        } else {
            const auto found = actual == nullptr ? "" : scalar(*actual);
            const auto text = scalar(expected);
            const auto wanted = value(text);
            if (wanted.empty() && !text.empty()) {
                variables_[text.substr(1)] = found.empty() ? "0" : found;
            } else if (wanted != found && !(found.empty() && (wanted == "0" || wanted == "false" || wanted.ends_with("_UNSPECIFIED")))) {
                throw Failure(where + ": " + found + " (expected: " + wanted + ")");
            }
        }
    }

    void watch() {
        login(watching_);
        venue::feed::SubscribeRequest request;
        request.add_instrument_ids(instrument_);
        request.set_depth(venue::feed::DEPTH_ORDERS);
        updates_ = feed_->Subscribe(&watching_, request);
        watcher_ = std::thread([this] {
            venue::feed::SubscribeResponse update;
            while (updates_->Read(&update)) {
                const std::lock_guard lock(book_mutex_);
                book_.apply(update);
            }
        });
    }

    void level(const std::string& side, std::int64_t price, std::int64_t quantity) {
        const auto found = [&] {
            const std::lock_guard lock(book_mutex_);
            for (const auto& [at, here] : book_.levels(side == "buy" ? venue::feed::BOOK_SIDE_BUY : venue::feed::BOOK_SIDE_SELL)) {
                if (at == price) {
                    return static_cast<std::int64_t>(here);
                }
            }
            return std::int64_t{0};
        };
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (found() != quantity) {
            if (std::chrono::steady_clock::now() > deadline) {
                throw Failure(side + " " + std::to_string(price) + ": " + std::to_string(found()) + " (expected: " + std::to_string(quantity) + ")");
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    }

    std::shared_ptr<grpc::Channel> channel_;
    std::unique_ptr<venue::feed::MarketData::Stub> feed_;
    std::unique_ptr<venue::order::OrderEntry::Stub> orders_;
    std::unique_ptr<venue::order::DropCopy::Stub> copies_;
    std::unique_ptr<bourse::reference::v1::Reference::Stub> reference_;
    std::string token_;
    std::uint32_t instrument_ = 0;
    std::map<std::string, std::string> variables_;
    std::map<std::string, std::function<void(const std::string&)>> unary_;
    std::map<std::string, std::unique_ptr<Call>> streams_;
    Value answer_;
    Outcome answered_;
    grpc::ClientContext watching_;
    std::unique_ptr<grpc::ClientReader<venue::feed::SubscribeResponse>> updates_;
    std::thread watcher_;
    std::mutex book_mutex_;
    venue::Book book_;
};

int play(const std::string& path, const std::string& symbol) {
    Player player(symbol);
    std::ifstream tape(path);
    std::string line, name;
    bool skipping = false;
    int failed = 0;
    for (int number = 1; ; number++) {
        const bool more = static_cast<bool>(std::getline(tape, line));
        std::istringstream words(more ? line : "case end");
        std::string verb;
        words >> verb;
        if (verb == "case") {
            if (!name.empty() && !skipping) {
                std::cout << "ok " << name << std::endl;
            }
            std::getline(words >> std::ws, name);
            skipping = false;
            player.begin_case();
        } else if (!verb.empty() && verb[0] != '#' && !skipping) {
            try {
                player.play(verb, words);
            } catch (const std::exception& error) {
                std::cout << "not ok " << name << ": line " << number << ": " << error.what() << std::endl;
                skipping = true;
                failed++;
            }
        }
        if (!more) {
            return failed;
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::cerr << "usage: tape FILE [SYMBOL]" << std::endl;
        return 2;
    }
    return play(argv[1], argc > 2 ? argv[2] : "DEMO") == 0 ? 0 : 1;
}
