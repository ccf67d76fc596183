package bourse.engine.match;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.sbe.engine.CancelReason;
import bourse.sbe.engine.CommandKind;
import bourse.sbe.engine.Field;
import bourse.sbe.engine.OrderType;
import bourse.sbe.engine.PegReference;
import bourse.sbe.engine.RejectReason;
import bourse.sbe.engine.RestateReason;
import bourse.sbe.engine.SelfTradePrevention;
import bourse.sbe.engine.Side;
import bourse.sbe.engine.TimeInForce;
import bourse.sbe.engine.TradingState;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The raw numbers are those of the SBE schema; no constant is without its enum. */
class RawTest {
    private final Map<String, Integer> expected = new TreeMap<>();

    private <E extends Enum<E>> void expect(final Class<E> type, final String prefix) throws ReflectiveOperationException {
        for (final E value : type.getEnumConstants()) {
            final Number raw = (Number) type.getMethod("value").invoke(value);
            expected.putIfAbsent(prefix + value.name(), raw.intValue());
        }
    }

    @Test
    void shouldBeTheNumbersOfTheSchema() throws ReflectiveOperationException {
        expect(Side.class, "");
        expect(OrderType.class, "");
        expect(TimeInForce.class, "");
        expect(TradingState.class, "");
        expect(RejectReason.class, "");
        expect(CommandKind.class, "KIND_");
        expect(SelfTradePrevention.class, "STP_");
        expect(PegReference.class, "PEG_");
        expect(Field.class, "FIELD_");
        expect(CancelReason.class, "CANCEL_");
        expect(RestateReason.class, "RESTATE_");
        expected.put("FLAG_POST_ONLY", 1);
        expected.put("FLAG_POST_ONLY_REPRICE", 2);
        expected.put("FLAG_HIDDEN", 4);
        expected.put("FLAG_ALL_OR_NONE", 8);
        expected.put("FLAG_EXTENDED", 16);
        expected.put("FLAG_REST_REMAINDER", 32);
        expected.put("FLAGS_ALL", 63);
        for (final java.lang.reflect.Field field : Raw.class.getDeclaredFields()) {
            if (field.getType() == int.class) {
                assertThat(expected).containsEntry(field.getName(), field.getInt(null));
            }
        }
    }
}
