// The five things every client must be able to do: log in, trade, cancel, lose the connection and resume without loss, rebuild the book.
//
//     make && BOURSE_TOKEN=$(../../../bourse token --account 5) build/five_things [SYMBOL]
#include "venue.hpp"

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <set>

namespace {

std::string environment(const char* name, const std::string& otherwise) {
    const char* value = std::getenv(name);
    return value == nullptr ? otherwise : value;
}

void check(bool holds, const std::string& message) {
    if (!holds) {
        throw std::runtime_error(message);
    }
}

void run(const std::string& symbol) {
    using namespace std::chrono;
    using venue::order::Command;

    const auto token = environment("BOURSE_TOKEN", "");
    const auto milliseconds_now = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
    const auto session_id = std::stoull(environment("BOURSE_SESSION", std::to_string(milliseconds_now)));
    const auto gateway = grpc::CreateChannel(environment("BOURSE_ORDERS", "127.0.0.1:7301"), grpc::InsecureChannelCredentials());
    const auto feed_channel = grpc::CreateChannel(environment("BOURSE_FEED", "127.0.0.1:7302"), grpc::InsecureChannelCredentials());

    bourse::reference::v1::GetInstrumentResponse found;
    {
        bourse::reference::v1::GetInstrumentRequest request;
        request.set_symbol(symbol);
        grpc::ClientContext context;
        venue::login(context, token);
        const auto status = bourse::reference::v1::Reference::NewStub(gateway)->GetInstrument(&context, request, &found);
        check(status.ok(), "no instrument " + symbol + ": " + status.error_message());
    }
    const auto instrument_id = found.instrument().instrument_id();
    const auto lot = found.instrument().lot_size();
    const auto price = found.instrument().tick_size() * 900;

    venue::Book book;
    std::mutex book_mutex;
    const auto feed_stub = venue::feed::MarketData::NewStub(feed_channel);
    grpc::ClientContext watching;
    venue::login(watching, token);
    venue::feed::SubscribeRequest subscription;
    subscription.add_instrument_ids(instrument_id);
    subscription.set_depth(venue::feed::DEPTH_ORDERS);
    const auto updates = feed_stub->Subscribe(&watching, subscription);
    std::jthread watcher([&] {
        venue::feed::SubscribeResponse update;
        while (updates->Read(&update)) {
            const std::lock_guard lock(book_mutex);
            book.apply(update);
        }
    });
    const std::shared_ptr<void> unwatch(nullptr, [&](void*) { watching.TryCancel(); });

    // 1. Log in; with a token that is about to end, where one is given, and a newer one when the venue asks for it.
    std::vector<venue::order::Event> events;
    const auto first = environment("BOURSE_FIRST_TOKEN", "");
    venue::Session session(gateway, first.empty() ? token : first, session_id, [&](const auto& event, std::uint64_t) { events.push_back(event); },
        [&] { return token; }, milliseconds(500));
    session.connect();
    // Idle for longer than the venue waits for a sign of life: only heartbeats keep the session.
    std::this_thread::sleep_for(seconds(2));
    std::cout << "1 logged in, session=" << session_id << std::endl;

    // 2. Trade: two orders of ours at a price far from others, which meet.
    std::uint64_t ids = session_id << 16;
    const auto order = [&](venue::order::Side side, std::int64_t at, std::int64_t quantity) {
        Command command;
        auto* order = command.mutable_new_();
        order->set_client_order_id(++ids);
        order->set_instrument_id(instrument_id);
        order->set_side(side);
        order->set_price(at);
        order->set_quantity(quantity);
        return command;
    };
    session.await_applied(session.send({order(venue::order::SIDE_BUY, price, 10 * lot), order(venue::order::SIDE_SELL, price, 4 * lot)}));
    std::uint64_t bought = 0;
    int executions = 0;
    for (const auto& event : events) {
        // The account may have traded before, and in other sessions.
        executions += event.has_execution() && event.execution().client_order_id() >> 16 == session_id;
        if (event.session_id() == session_id && event.has_accepted() && event.accepted().side() == venue::order::SIDE_BUY) {
            bought = event.accepted().order_id();
        }
    }
    check(executions == 2, "executions: " + std::to_string(executions) + " (expected: both sides of the trade)");
    std::cout << "2 traded " << 4 * lot << " at " << price << std::endl;

    // 3. Cancel what is left.
    Command cancel;
    cancel.mutable_cancel()->set_order_id(bought);
    session.await_applied(session.send({cancel}));
    check(std::ranges::any_of(events, [&](const auto& event) { return event.cancelled().order_id() == bought; }), "the cancellation was not reported");
    std::cout << "3 cancelled" << std::endl;

    // 4. Break the connection with commands in flight, resume: each of them applied once, each event read once. Those that are given meanwhile are more than
    // a batch may have.
    const auto many = [&](int count) {
        std::vector<Command> commands;
        for (int i = 0; i < count; i++) {
            commands.push_back(order(venue::order::SIDE_BUY, price - 1 - i % 50, lot));
        }
        return commands;
    };
    session.send(many(100));
    session.break_connection();
    const auto last = session.send(many(1100));
    session.connect();
    session.await_applied(last);
    if (const auto make = environment("BOURSE_DO", ""); !make.empty()) {
        // A venue that falls silent: no connection breaks, nothing is heard.
        std::string noticed = "a silent venue was not noticed";
        check(std::system((make + " stop").c_str()) == 0, make + " stop");
        try {
            session.await_applied(session.send({cancel}));
        } catch (const venue::Silence& silence) {
            noticed = silence.what();
        }
        check(std::system((make + " continue").c_str()) == 0, make + " continue");
        check(noticed.starts_with("nothing was heard"), noticed);
        std::cout << noticed << std::endl;
        session.connect();
        session.await_applied(last + 1);
    }
    std::set<std::uint64_t> mine;
    std::multiset<std::uint64_t> numbers;
    for (const auto& event : events) {
        if (event.session_id() == session_id && event.has_accepted() && event.client_seq() > last - 1200) {
            mine.insert(event.accepted().order_id());
            numbers.insert(event.client_seq());
        }
    }
    check(numbers.size() == 1200 && mine.size() == 1200 && std::set(numbers.begin(), numbers.end()).size() == 1200,
        "after resuming: " + std::to_string(numbers.size()) + " accepted (expected: 1200, each once)");
    std::cout << "4 resumed, nothing lost, nothing doubled" << std::endl;

    // 5. The book rebuilt from the feed holds exactly those orders.
    const auto missing = [&] {
        const std::lock_guard lock(book_mutex);
        return std::ranges::count_if(mine, [&](auto order_id) { return !book.orders.contains(order_id); });
    };
    for (int tries = 0; tries < 100 && missing() > 0; tries++) {
        std::this_thread::sleep_for(milliseconds(50));
    }
    check(missing() == 0, std::to_string(missing()) + " orders are not in the rebuilt book");
    grpc::ClientContext asking;
    venue::login(asking, token);
    venue::feed::SnapshotRequest request;
    request.set_instrument_id(instrument_id);
    request.set_depth(venue::feed::DEPTH_LEVELS);
    request.set_levels(10);
    venue::feed::SnapshotResponse told;
    check(feed_stub->Snapshot(&asking, request, &told).ok(), "no snapshot");
    const auto rebuilt = [&] {
        const std::lock_guard lock(book_mutex);
        return book.levels(venue::feed::BOOK_SIDE_BUY);
    }();
    for (int i = 0; i < told.book().bids_size(); i++) {
        const auto& level = told.book().bids(i);
        check(rebuilt.at(i) == std::pair(level.price(), level.quantity()), "the rebuilt book differs at level " + std::to_string(i));
    }
    std::cout << "5 book rebuilt: " << told.book().bids_size() << " levels equal to the venue's" << std::endl;

    Command mass_cancel;
    mass_cancel.mutable_mass_cancel()->set_instrument_id(instrument_id);
    session.await_applied(session.send({mass_cancel}));
    check(first.empty() || session.authenticated, "the newer token was not taken");
    session.terminate();
    std::cout << "all five" << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        run(argc > 1 ? argv[1] : "DEMO");
        return 0;
    } catch (const std::exception& error) {
        std::cerr << error.what() << std::endl;
        return 1;
    }
}
