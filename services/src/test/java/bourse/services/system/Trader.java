package bourse.services.system;

import bourse.gateway.auth.KeyFile;
import bourse.gateway.auth.Right;
import bourse.gateway.auth.TokenMinter;
import bourse.marketdata.v1.BookSnapshot;
import bourse.marketdata.v1.Depth;
import bourse.marketdata.v1.MarketDataGrpc;
import bourse.marketdata.v1.SnapshotRequest;
import bourse.order.v1.Command;
import bourse.order.v1.Event;
import bourse.order.v1.ListOpenOrdersRequest;
import bourse.order.v1.ListOpenOrdersResponse;
import bourse.order.v1.NewOrder;
import bourse.order.v1.OpenOrder;
import bourse.order.v1.OrderEntryGrpc;
import bourse.order.v1.OrderType;
import bourse.order.v1.Side;
import bourse.order.v1.SubmitRequest;
import bourse.order.v1.SubmitResponse;
import bourse.order.v1.TimeInForce;
import bourse.services.client.BearerToken;
import bourse.services.client.SessionClient;
import bourse.services.client.SessionListener;
import bourse.services.client.SessionOptions;
import bourse.services.client.VenueChannels;
import bourse.services.client.VenueEndpoints;
import io.grpc.ManagedChannel;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An account at a venue under test, by the standard stubs. */
public final class Trader implements AutoCloseable {
    private static final int INSTRUMENT = 1;
    private final ManagedChannel channel;
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final ManagedChannel feed;
    private final BearerToken token;
    private long nextId;

    Trader(final VenueEndpoints endpoints, final Path keyDir, final int account) throws IOException {
        this(endpoints, List.of(), keyDir, account);
    }

    /** With other gateways of the same venue, to go to when the first is lost. */
    Trader(final VenueEndpoints endpoints, final List<String> others, final Path keyDir, final int account) throws IOException {
        channel = VenueChannels.plaintext(endpoints.orderEntry());
        channels.add(channel);
        others.forEach(other -> channels.add(VenueChannels.plaintext(other)));
        feed = endpoints.marketData() == null ? null : VenueChannels.plaintext(endpoints.marketData());
        token = new BearerToken(token(keyDir, account, EnumSet.of(Right.TRADE, Right.READ), Duration.ofHours(1)));
        nextId = account * 1_000_000L;
    }

    public static String token(final Path keyDir, final int account, final EnumSet<Right> rights, final Duration life) throws IOException {
        return new TokenMinter(KeyFile.openOrCreate(keyDir)).mint("test", account, rights, new int[0], life);
    }

    ManagedChannel channel() {
        return channel;
    }

    BearerToken token() {
        return token;
    }

    OrderEntryGrpc.OrderEntryBlockingStub stub() {
        return OrderEntryGrpc.newBlockingStub(channel).withCallCredentials(token).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    Command order(final Side side, final long price, final long quantity) {
        return order(INSTRUMENT, side, price, quantity);
    }

    Command order(final int instrumentId, final Side side, final long price, final long quantity) {
        return Command.newBuilder().setNew(NewOrder.newBuilder().setClientOrderId(++nextId).setInstrumentId(instrumentId).setSide(side)
            .setOrderType(OrderType.ORDER_TYPE_LIMIT).setTimeInForce(TimeInForce.TIME_IN_FORCE_GTC).setPrice(price).setQuantity(quantity)).build();
    }

    List<Event> submit(final Command command) {
        final SubmitResponse response = stub().submit(SubmitRequest.newBuilder().setSessionId(1).addCommands(command).build());
        return response.getEventsList();
    }

    SessionClient session(final long sessionId, final SessionListener listener) {
        return SessionClient.connect(channels, token, SessionOptions.of(sessionId).withReconnectFor(Duration.ofMinutes(5)), listener);
    }

    List<OpenOrder> openOrders() {
        final List<OpenOrder> orders = new ArrayList<>();
        long after = 0;
        while (true) {
            final ListOpenOrdersResponse page = stub().listOpenOrders(ListOpenOrdersRequest.newBuilder().setAfterOrderId(after).build());
            orders.addAll(page.getOrdersList());
            if (!page.getMore()) {
                return orders;
            }
            after = page.getOrders(page.getOrdersCount() - 1).getOrderId();
        }
    }

    BookSnapshot book() {
        return MarketDataGrpc.newBlockingStub(feed).withCallCredentials(token).withDeadlineAfter(20, TimeUnit.SECONDS)
            .snapshot(SnapshotRequest.newBuilder().setInstrumentId(INSTRUMENT).setDepth(Depth.DEPTH_LEVELS).setLevels(10).build()).getBook();
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        if (feed != null) {
            feed.shutdownNow();
        }
    }
}
