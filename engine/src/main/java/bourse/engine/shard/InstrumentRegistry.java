package bourse.engine.shard;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import bourse.engine.events.StateHashing;
import bourse.engine.match.InstrumentSpec;

/** The definitions that were accepted, in their order; replicated state. Cold. Thread: engine. */
final class InstrumentRegistry {
    private final List<InstrumentSpec> specs = new ArrayList<>();
    private final Map<Integer, InstrumentSpec> byId = new HashMap<>();
    private final Map<String, InstrumentSpec> bySymbol = new HashMap<>();
    private int highestId;

    InstrumentSpec byId(final int instrumentId) {
        return byId.get(instrumentId);
    }

    InstrumentSpec bySymbol(final String symbol) {
        return bySymbol.get(symbol);
    }

    /** The id that a definition without one gets. */
    int nextFreeId() {
        return highestId + 1;
    }

    void add(final InstrumentSpec spec) {
        specs.add(spec);
        byId.put(spec.instrumentId(), spec);
        bySymbol.put(spec.symbol(), spec);
        highestId = Math.max(highestId, spec.instrumentId());
    }

    List<InstrumentSpec> inOrder() {
        return specs;
    }

    long stateHash() {
        long hash = specs.size();
        for (final InstrumentSpec spec : specs) {
            hash = StateHashing.mix(hash, spec.instrumentId());
            for (final byte character : spec.symbol().getBytes(StandardCharsets.US_ASCII)) {
                hash = StateHashing.mix(hash, character);
            }
            hash = StateHashing.mix(hash, spec.tickSize());
            hash = StateHashing.mix(hash, spec.lotSize());
            hash = StateHashing.mix(hash, spec.minPrice());
            hash = StateHashing.mix(hash, spec.maxPrice());
        }
        return hash;
    }
}
