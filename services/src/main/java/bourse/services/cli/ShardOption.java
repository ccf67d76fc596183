package bourse.services.cli;

import bourse.reference.v1.Instrument;
import picocli.CommandLine.Option;

import java.util.List;
import java.util.TreeSet;

/** Which engine a command is meant for, at a venue of several; a picocli {@code @Mixin}. A venue of one needs no option. */
final class ShardOption {
    @Option(names = "--shard", paramLabel = "N",
        description = "Engine that is meant, where the venue has several (default: 0; `bourse admin instrument list` says which instrument is where).")
    private Integer number;

    /** 0 where nothing was said. */
    int number() {
        return number == null ? 0 : number;
    }

    /** The instrument's, unless another was named. */
    int number(final Instrument instrument) {
        return number == null ? instrument.getShard() : number;
    }

    /** The one that was named, else every one that has an instrument. */
    List<Integer> numbers(final Instruments instruments) {
        final TreeSet<Integer> shards = new TreeSet<>();
        if (number == null) {
            instruments.all().forEach(instrument -> shards.add(instrument.getShard()));
        }
        if (shards.isEmpty()) {
            shards.add(number());
        }
        return List.copyOf(shards);
    }
}
