// A session that loses nothing when its connection breaks, and a book built from the feed; by ORDER_ENTRY.md and MARKET_DATA.md.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <grpcpp/grpcpp.h>

#include "bourse/marketdata/v1/market_data.grpc.pb.h"
#include "bourse/order/v1/order_entry.grpc.pb.h"
#include "bourse/reference/v1/reference.grpc.pb.h"

namespace venue {

namespace order = bourse::order::v1;
namespace feed = bourse::marketdata::v1;

/** Puts the token on a call. */
inline void login(grpc::ClientContext& context, const std::string& token) {
    context.AddMetadata("authorization", "Bearer " + token);
}

using Clock = std::chrono::steady_clock;

/** The venue takes 512 commands and 64 KiB in one batch. A command has at most 192 bytes, so this many always fit. */
constexpr std::size_t BATCH_COMMANDS = 256;

/** Nothing was heard of the venue for three keepalives. */
struct Silence : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/**
 * Keeps what was sent and not applied, and the number of the last event read; connect() goes on from there. The listener gets every
 * event of the account once, in order, on the reading thread; new_token, where given, is asked there for a newer token when the one that the
 * stream was opened with is about to end. After the keepalive without anything to send a heartbeat is sent; a venue that says nothing for three such times
 * is taken for lost. All other calls come from one thread.
 */
class Session {
public:
    using Listener = std::function<void(const order::Event&, std::uint64_t account_seq)>;

    Session(const std::shared_ptr<grpc::Channel>& channel, std::string token, std::uint64_t session_id, Listener listener,
            std::function<std::string()> new_token = {}, std::chrono::milliseconds keepalive = std::chrono::seconds(10))
        : stub_(order::OrderEntry::NewStub(channel)), token_(std::move(token)), session_id_(session_id), listener_(std::move(listener)),
          new_token_(std::move(new_token)), keepalive_(keepalive) {}

    ~Session() { break_connection(); }

    /** Opens a stream, resumes, and sends again what the venue has not applied. */
    void connect() {
        break_connection();
        context_ = std::make_unique<grpc::ClientContext>();
        login(*context_, token_);
        silent_ = false;
        sent_ = heard_ = Clock::now();
        stream_ = stub_->Session(context_.get());
        // Two, because a write may wait for a venue that takes nothing.
        listening_ = std::jthread([this](const std::stop_token& end) { listen(end); });
        beating_ = std::jthread([this](const std::stop_token& end) { beat(end); });
        order::ClientFrame establish;
        establish.mutable_establish()->set_session_id(session_id_);
        establish.mutable_establish()->set_next_account_seq(last_read_ + 1);
        establish.mutable_establish()->set_keepalive_ms(static_cast<std::uint32_t>(keepalive_.count()));
        write(establish);
        order::ServerFrame frame;
        do {
            if (!stream_->Read(&frame)) {
                const auto status = stream_->Finish();
                end();
                throw std::runtime_error("not established: " + (silent_ ? silence() : status.error_message()));
            }
            read(frame);
        } while (!frame.has_establish_ack());
        next_client_seq_ = frame.establish_ack().next_client_seq();
        std::vector<order::Command> again;
        for (const auto& [client_seq, command] : unapplied_) {
            if (client_seq >= next_client_seq_) {
                again.push_back(command);
            }
        }
        unapplied_.clear();
        ended_ = false;
        reader_ = std::thread([this] { read_on(); });
        send(again);
    }

    /** Sends commands, in batches; returns the number of the last. While the connection is broken they are kept for the next one. */
    std::uint64_t send(const std::vector<order::Command>& commands) {
        for (std::size_t begin = 0; begin < commands.size(); begin += BATCH_COMMANDS) {
            order::ClientFrame frame;
            frame.mutable_batch()->set_first_client_seq(next_client_seq_);
            {
                const std::lock_guard lock(mutex_);
                for (const auto& command : std::span(commands).subspan(begin, std::min(BATCH_COMMANDS, commands.size() - begin))) {
                    *frame.mutable_batch()->add_commands() = command;
                    unapplied_[next_client_seq_++] = command;
                }
            }
            if (stream_) {
                write(frame);
            }
        }
        return next_client_seq_ - 1;
    }

    /** Waits until the command of that number, and so all before it, has been applied and its events were read. */
    void await_applied(std::uint64_t client_seq) {
        std::unique_lock lock(mutex_);
        const bool done = changed_.wait_for(lock, std::chrono::seconds(10), [&] { return applied_ >= client_seq || ended_; });
        if (silent_) {
            throw Silence(failure_);
        }
        if (!done || applied_ < client_seq) {
            throw std::runtime_error("applied: " + std::to_string(applied_) + " (expected: " + std::to_string(client_seq) + ") " + failure_);
        }
    }

    /** Drops the connection as a broken cable would. */
    void break_connection() {
        if (stream_) {
            context_->TryCancel();
            if (reader_.joinable()) {
                reader_.join();
            }
            end();
        }
    }

    /** Ends the session in order. */
    void terminate() {
        order::ClientFrame frame;
        frame.mutable_terminate();
        write(frame);
        beating_ = {};
        stream_->WritesDone();
        reader_.join();
        end();
    }

    /** A newer token was taken. */
    std::atomic<bool> authenticated = false;

private:
    void read_on() {
        order::ServerFrame frame;
        std::string failure;
        try {
            while (stream_->Read(&frame)) {
                read(frame);
            }
            failure = stream_->Finish().error_message();
            if (silent_) {
                failure = silence();
            }
        } catch (const std::runtime_error& error) {
            failure = error.what();
            context_->TryCancel();
        }
        const std::lock_guard lock(mutex_);
        ended_ = true;
        failure_ = failure;
        changed_.notify_all();
    }

    /** One frame at a time: the reading thread answers, too, and heartbeats come between. */
    void write(const order::ClientFrame& frame) {
        const std::lock_guard lock(write_mutex_);
        stream_->Write(frame);
        sent_ = Clock::now();
    }

    /** Sends a sign of life when there was nothing else to send. */
    void beat(const std::stop_token& end) {
        order::ClientFrame heartbeat;
        heartbeat.mutable_heartbeat();
        while (!sleep_until(end, sent_.load() + keepalive_)) {
            if (Clock::now() >= sent_.load() + keepalive_) {
                write(heartbeat);
            }
        }
    }

    /** Gives the venue up when it says nothing any more. */
    void listen(const std::stop_token& end) {
        while (!sleep_until(end, heard_.load() + 3 * keepalive_)) {
            if (Clock::now() >= heard_.load() + 3 * keepalive_) {
                silent_ = true;
                context_->TryCancel();
                return;
            }
        }
    }

    /** Returns whether the end came first. */
    static bool sleep_until(const std::stop_token& end, Clock::time_point time) {
        std::mutex mutex;
        std::unique_lock lock(mutex);
        std::condition_variable_any never;
        return never.wait_until(lock, end, time, [] { return false; }) || end.stop_requested();
    }

    std::string silence() const { return "nothing was heard for " + std::to_string(3 * keepalive_.count()) + " ms"; }

    /** The stream's call is over. */
    void end() {
        listening_ = {};
        beating_ = {};
        stream_.reset();
    }

    void read(const order::ServerFrame& frame) {
        heard_ = Clock::now();
        if (frame.has_token_expiring() && new_token_) {
            order::ClientFrame newer;
            token_ = new_token_();
            newer.mutable_authenticate()->set_token(token_);
            write(newer);
        }
        authenticated = authenticated || frame.has_authenticated();
        if (frame.has_establish_ack()) {
            // Up to here the events are the past, of commands that applied_client_seq may count already.
            present_ = frame.establish_ack().last_account_seq();
        }
        if (frame.has_open_orders()) {
            // The events before are no longer kept: a real program would take over the list.
            last_read_ = frame.open_orders().as_of_seq();
        }
        std::uint64_t account_seq = frame.first_account_seq();
        for (const auto& event : frame.events()) {
            if (account_seq > last_read_) {
                if (last_read_ != 0 && account_seq != last_read_ + 1) {
                    throw std::runtime_error("hole: account_seq=" + std::to_string(account_seq) + ", last_read=" + std::to_string(last_read_));
                }
                last_read_ = account_seq;
                listener_(event, account_seq);
            }
            account_seq++;
        }
        if (frame.has_not_applied()) {
            throw std::runtime_error("not applied: " + frame.not_applied().ShortDebugString());
        }
        const std::lock_guard lock(mutex_);
        if (last_read_ >= present_) {
            applied_ = std::max<std::uint64_t>(applied_, frame.applied_client_seq());
        }
        unapplied_.erase(unapplied_.begin(), unapplied_.upper_bound(applied_));
        changed_.notify_all();
    }

    std::unique_ptr<order::OrderEntry::Stub> stub_;
    std::string token_;
    const std::uint64_t session_id_;
    const Listener listener_;
    const std::function<std::string()> new_token_;
    const std::chrono::milliseconds keepalive_;
    std::unique_ptr<grpc::ClientContext> context_;
    std::unique_ptr<grpc::ClientReaderWriter<order::ClientFrame, order::ServerFrame>> stream_;
    std::thread reader_;
    std::jthread listening_;
    std::jthread beating_;
    std::atomic<Clock::time_point> sent_;
    std::atomic<Clock::time_point> heard_;
    std::atomic<bool> silent_ = false;
    std::mutex mutex_;
    std::mutex write_mutex_;
    std::condition_variable changed_;
    std::map<std::uint64_t, order::Command> unapplied_;
    std::uint64_t last_read_ = 0;
    std::uint64_t present_ = 0;
    std::uint64_t next_client_seq_ = 1;
    std::uint64_t applied_ = 0;
    bool ended_ = false;
    std::string failure_;
};

/** The book of one instrument, order by order, from MarketData.Subscribe (DEPTH_ORDERS). */
class Book {
public:
    struct Order {
        feed::BookSide side;
        std::int64_t price;
        std::int64_t quantity;
    };

    void apply(const feed::SubscribeResponse& update) {
        if (update.has_snapshot()) {
            orders.clear();
            for (const auto& order : update.snapshot().orders()) {
                orders[order.order_id()] = {order.side(), order.price(), order.quantity()};
            }
            last_feed_seq_ = update.snapshot().feed_seq();
        }
        for (const auto& message : update.messages().messages()) {
            if (message.feed_seq() > last_feed_seq_) {
                last_feed_seq_ = message.feed_seq();
                apply(message);
            }
        }
    }

    /** Price and quantity, best first. */
    std::vector<std::pair<std::int64_t, std::int64_t>> levels(feed::BookSide side) const {
        std::map<std::int64_t, std::int64_t> levels;
        for (const auto& [id, order] : orders) {
            if (order.side == side) {
                levels[order.price] += order.quantity;
            }
        }
        std::vector<std::pair<std::int64_t, std::int64_t>> best_first(levels.begin(), levels.end());
        if (side == feed::BOOK_SIDE_BUY) {
            std::reverse(best_first.begin(), best_first.end());
        }
        return best_first;
    }

    std::map<std::uint64_t, Order> orders;

private:
    void apply(const feed::FeedMessage& message) {
        switch (message.message_case()) {
            case feed::FeedMessage::kAdd:
                orders[message.add().order_id()] = {message.add().side(), message.add().price(), message.add().quantity()};
                break;
            case feed::FeedMessage::kReduce:
                resize(message.reduce().order_id(), message.reduce().quantity());
                break;
            case feed::FeedMessage::kDelete:
                orders.erase(message.delete_().order_id());
                break;
            case feed::FeedMessage::kReplace:
                // An order that was not in the public book enters it this way, too.
                orders[message.replace().order_id()] = {message.replace().side(), message.replace().price(), message.replace().quantity()};
                break;
            case feed::FeedMessage::kTrade:
                if (!message.trade().maker_hidden()) {
                    resize(message.trade().maker_order_id(), orders.at(message.trade().maker_order_id()).quantity - message.trade().quantity());
                }
                if (message.trade().taker_resting()) {
                    resize(message.trade().taker_order_id(), orders.at(message.trade().taker_order_id()).quantity - message.trade().quantity());
                }
                break;
            default:
                break;
        }
    }

    /** An order with nothing left is gone. */
    void resize(std::uint64_t order_id, std::int64_t quantity) {
        if (quantity > 0) {
            orders.at(order_id).quantity = quantity;
        } else {
            orders.erase(order_id);
        }
    }

    std::uint64_t last_feed_seq_ = 0;
};

}  // namespace venue
