package bourse.engine.property;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.ShrinkingDistance;

/** Random streams for jqwik, and how a stream that fails becomes a short one. */
final class Streams {
    private Streams() {
    }

    /** Streams of {@code commands} commands. */
    static Arbitrary<List<Command>> of(final int commands) {
        return Arbitraries.fromGenerator(random -> new ShrinkableStream(new StreamGenerator(new Random(random.nextLong())).stream(commands)));
    }

    /** Shorter or plainer streams, the most promising first: without a half, a quarter, ... one command; then with plainer commands. */
    static Stream<List<Command>> smaller(final List<Command> stream) {
        final List<Integer> sizes = new ArrayList<>();
        for (int size = stream.size() / 2; size > 0; size /= 2) {
            sizes.add(size);
        }
        final Stream<List<Command>> shorter = sizes.stream().flatMap(size -> IntStream.rangeClosed(0, (stream.size() - 1) / size)
            .mapToObj(chunk -> without(stream, stream.size() - (chunk + 1) * size, stream.size() - chunk * size)));
        final Stream<List<Command>> plainer = IntStream.range(0, stream.size()).boxed().flatMap(i -> stream.get(i).simpler().stream().map(command -> {
            final List<Command> changed = new ArrayList<>(stream);
            changed.set(i, command);
            return changed;
        }));
        return Stream.concat(shorter, plainer);
    }

    private static List<Command> without(final List<Command> stream, final int from, final int to) {
        final List<Command> rest = new ArrayList<>(stream.subList(0, Math.max(0, from)));
        rest.addAll(stream.subList(Math.max(0, to), stream.size()));
        return rest;
    }

    /** The smallest stream that steps of {@link #smaller} lead to while {@code fails} holds. */
    static List<Command> shrink(final List<Command> failing, final Predicate<List<Command>> fails) {
        List<Command> current = failing;
        while (true) {
            final List<Command> next = smaller(current).filter(fails).findFirst().orElse(null);
            if (next == null) {
                return current;
            }
            current = next;
        }
    }

    private record ShrinkableStream(List<Command> value) implements Shrinkable<List<Command>> {
        @Override
        public Stream<Shrinkable<List<Command>>> shrink() {
            return smaller(value).map(ShrinkableStream::new);
        }

        @Override
        public ShrinkingDistance distance() {
            final long plainness = value.stream().mapToLong(c -> c.simpler().size() * 1000L + c.quantity()).sum();
            return ShrinkingDistance.of(value.size(), plainness);
        }
    }
}
