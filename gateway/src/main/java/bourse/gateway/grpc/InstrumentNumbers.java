package bourse.gateway.grpc;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import bourse.gateway.refusal.RichStatus;
import bourse.reference.v1.Instrument;

import io.grpc.Status;

/**
 * Keeps numbers and symbols of instruments unique over the shards of a gateway: each engine looks after its own only. What is on its way to an engine
 * counts, too. Several gateways of one venue do not know of each other's. Any thread.
 */
final class InstrumentNumbers {
    /** Where a symbol or a number is. */
    private record Place(int shard, int instrumentId, String symbol) {
        @Override
        public String toString() {
            return symbol + " is instrument " + instrumentId + " of shard " + shard;
        }
    }

    private final Map<String, Place> bySymbol = new HashMap<>();
    private final Map<Integer, Place> byId = new HashMap<>();

    /**
     * The number that {@code wanted} is to be defined by, on that shard: its own, the one that its symbol has there, or the next that is free
     * everywhere. {@link #release} gives it back when the engine refuses.
     *
     * @param known instruments of every shard
     * @throws io.grpc.StatusRuntimeException ALREADY_EXISTS when another shard has symbol or number
     */
    synchronized int take(final Instrument wanted, final int shard, final Iterable<List<Instrument>> known) {
        known.forEach(instruments -> instruments.forEach(one -> put(new Place(one.getShard(), one.getInstrumentId(), one.getSymbol()))));
        final Place sameSymbol = bySymbol.get(wanted.getSymbol());
        if (sameSymbol != null) {
            refuseElsewhere("instrument.symbol", sameSymbol, shard);
            return wanted.getInstrumentId() == 0 ? sameSymbol.instrumentId : wanted.getInstrumentId();
        }
        final Place sameId = byId.get(wanted.getInstrumentId());
        if (sameId != null) {
            refuseElsewhere("instrument.instrument_id", sameId, shard);
            return wanted.getInstrumentId();
        }
        final int id = wanted.getInstrumentId() != 0 ? wanted.getInstrumentId()
            : byId.keySet().stream().mapToInt(Integer::intValue).max().orElse(0) + 1;
        put(new Place(shard, id, wanted.getSymbol()));
        return id;
    }

    /** The engine did not take it; what it has already comes back with the next {@link #take}. */
    synchronized void release(final String symbol, final int instrumentId) {
        bySymbol.remove(symbol);
        byId.remove(instrumentId);
    }

    private void put(final Place place) {
        bySymbol.put(place.symbol, place);
        byId.put(place.instrumentId, place);
    }

    private static void refuseElsewhere(final String field, final Place place, final int shard) {
        if (place.shard != shard) {
            throw RichStatus.of(Status.Code.ALREADY_EXISTS, "ALREADY_EXISTS", field + ": " + place + " (expected: one that no other shard has)",
                Map.of("field", field, "shard", Integer.toString(place.shard))).toException();
        }
    }
}
