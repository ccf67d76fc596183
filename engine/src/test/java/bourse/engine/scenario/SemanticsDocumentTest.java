package bourse.engine.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.sbe.engine.CancelReason;
import bourse.sbe.engine.Field;
import bourse.sbe.engine.OrderType;
import bourse.sbe.engine.PegReference;
import bourse.sbe.engine.RejectReason;
import bourse.sbe.engine.RestateReason;
import bourse.sbe.engine.SelfTradePrevention;
import bourse.sbe.engine.TimeInForce;
import bourse.sbe.engine.TradingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/SEMANTICS.md speaks of every order type, time in force, mode, state, field and reason that the wire can name. */
class SemanticsDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "SEMANTICS.md");
    private static final Set<String> WITHOUT_MEANING = Set.of("NONE", "NULL_VAL");

    @Test
    void shouldDocumentEveryNameOfTheWire() throws IOException {
        final Set<String> words = Stream.of(Files.readString(DOCUMENT).split("[^A-Z_]+")).collect(Collectors.toSet());
        final Set<String> missing = new TreeSet<>();
        for (final Class<? extends Enum<?>> names : List.of(OrderType.class, TimeInForce.class, SelfTradePrevention.class, PegReference.class,
            TradingState.class, RejectReason.class, CancelReason.class, RestateReason.class, Field.class)) {
            for (final Enum<?> name : names.getEnumConstants()) {
                if (!WITHOUT_MEANING.contains(name.name()) && !words.contains(name.name())) {
                    missing.add(names.getSimpleName() + "." + name.name());
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    /** The tables of section 15 have a row for each reason that a trader can be told. */
    @Test
    void shouldHaveARowForEachReason() throws IOException {
        final Set<String> rows = Files.readAllLines(DOCUMENT).stream().filter(line -> line.startsWith("| ")).map(line -> line.split("\\|")[1])
            .flatMap(cell -> Stream.of(cell.split("[^A-Z_]+"))).collect(Collectors.toSet());
        for (final Enum<?>[] reasons : List.<Enum<?>[]>of(RejectReason.values(), CancelReason.values(), RestateReason.values())) {
            assertThat(rows).containsAll(Stream.of(reasons).map(Enum::name).filter(name -> !WITHOUT_MEANING.contains(name)).toList());
        }
    }
}
