package bourse.services.cli;

import bourse.order.v1.ListOpenOrdersRequest;
import bourse.order.v1.ListOpenOrdersResponse;
import bourse.order.v1.OpenOrder;
import bourse.order.v1.OrderEntryGrpc;
import bourse.reference.v1.Instrument;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code bourse order list}. */
@Command(name = "list", header = "List the account's open orders.",
    description = {"Waiting stops included; valid at the account's event number that is printed below. At a venue of several shards, of each in turn.", "", "  bourse order list --account 1", ""})
final class OrderListCommand implements Callable<Integer> {
    @Mixin
    private final VenueOptions venue = new VenueOptions();
    @Mixin
    private final ShardOption shard = new ShardOption();
    @Mixin
    private JsonOutput json;
    @Option(names = {"-i", "--instrument"}, paramLabel = "SYMBOL", description = "Only this instrument (default: all).")
    private String instrument;

    /** All pages of a list. */
    record Listing(List<OpenOrder> orders, long asOfSeq) {
    }

    @Override
    public Integer call() {
        try (venue) {
            final Instruments instruments = Instruments.of(venue.reference());
            final Instrument only = instrument == null ? null : instruments.find(instrument);
            final List<Integer> shards = only == null ? shard.numbers(instruments) : List.of(shard.number(only));
            final List<Object> results = new ArrayList<>();
            for (final int number : shards) {
                final Listing listing = all(venue.orderEntry(), number, only == null ? 0 : only.getInstrumentId());
                print(listing, new EventText(instruments), shards.size() == 1 ? "" : ", shard " + number);
                if (json.isOn()) {
                    final Map<String, Object> result = new LinkedHashMap<>();
                    result.put("shard", number);
                    result.put("asOfSeq", listing.asOfSeq);
                    result.put("orders", listing.orders.stream().map(OrderSubmission::tree).toList());
                    results.add(result);
                }
            }
            json.write(results.size() == 1 ? results.getFirst() : results);
            return 0;
        }
    }

    private void print(final Listing listing, final EventText text, final String where) {
        if (!listing.orders.isEmpty()) {
            json.human().println(EventText.openOrdersHeading());
        }
        listing.orders.forEach(order -> json.human().println(text.of(order)));
        json.human().println(listing.orders.size() + " open orders of account " + venue.account() + " as of event " + listing.asOfSeq + where);
    }

    static Listing all(final OrderEntryGrpc.OrderEntryBlockingStub stub, final int shard, final int instrumentId) {
        final List<OpenOrder> orders = new ArrayList<>();
        long after = 0;
        while (true) {
            final ListOpenOrdersResponse page = stub.listOpenOrders(
                ListOpenOrdersRequest.newBuilder().setShard(shard).setInstrumentId(instrumentId).setAfterOrderId(after).build());
            orders.addAll(page.getOrdersList());
            if (!page.getMore() || page.getOrdersCount() == 0) {
                return new Listing(orders, page.getAsOfSeq());
            }
            after = page.getOrders(page.getOrdersCount() - 1).getOrderId();
        }
    }
}
