package bourse.services.cli;

import bourse.reference.v1.Instrument;
import bourse.reference.v1.ListInstrumentsRequest;
import bourse.reference.v1.ReferenceGrpc;
import bourse.services.config.NearestName;

import java.util.LinkedHashMap;
import java.util.Map;

/** What is traded at the venue that a command talks to, by id and by symbol. */
final class Instruments {
    private final Map<Integer, Instrument> byId = new LinkedHashMap<>();

    static Instruments of(final ReferenceGrpc.ReferenceBlockingStub reference) {
        final Instruments instruments = new Instruments();
        reference.listInstruments(ListInstrumentsRequest.getDefaultInstance()).getInstrumentsList()
            .forEach(instrument -> instruments.byId.put(instrument.getInstrumentId(), instrument));
        return instruments;
    }

    Iterable<Instrument> all() {
        return byId.values();
    }

    /** By symbol, upper or lower case, or by number; the only one when {@code name} is null. */
    Instrument find(final String name) {
        if (name == null) {
            if (byId.size() == 1) {
                return byId.values().iterator().next();
            }
            throw new CommandFailure("--instrument is missing (expected: one of " + symbols() + ")");
        }
        for (final Instrument instrument : byId.values()) {
            if (instrument.getSymbol().equalsIgnoreCase(name) || Integer.toString(instrument.getInstrumentId()).equals(name)) {
                return instrument;
            }
        }
        final String nearest = NearestName.of(name, byId.values().stream().map(Instrument::getSymbol).toList());
        throw new CommandFailure("--instrument: " + name + " (expected: one of " + symbols() + ")"
            + (nearest == null ? "" : "; did you mean " + nearest + "?"));
    }

    String symbol(final int instrumentId) {
        final Instrument instrument = byId.get(instrumentId);
        return instrument == null ? "instrument " + instrumentId : instrument.getSymbol();
    }

    String price(final int instrumentId, final long price) {
        final Instrument instrument = byId.get(instrumentId);
        return Decimals.text(price, instrument == null ? 0 : instrument.getPriceDecimals());
    }

    String quantity(final int instrumentId, final long quantity) {
        final Instrument instrument = byId.get(instrumentId);
        return Decimals.text(quantity, instrument == null ? 0 : instrument.getQuantityDecimals());
    }

    private String symbols() {
        return byId.isEmpty() ? "none: the venue has no instruments; add one with `bourse admin instrument add`"
            : String.join(", ", byId.values().stream().map(Instrument::getSymbol).toList());
    }
}
