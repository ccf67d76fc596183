package bourse.services.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowFileTest {
    @TempDir
    private Path folder;

    @Test
    void shouldFindColumnsByName() throws IOException {
        final List<FlowCommand> flow = read("qty,price,side,order_id,action,symbol,maker,taker,phase\n"
                + "5,100,BUY,-7,NEW,ABC,,,\n# a remark\n\n5,100,sell,,IOC,ABC,,,\n5,100,,,EXPECT_TRADE,ABC,-7,,\n,,,,PHASE,ABC,,,AUCTION_CALL\n");

        assertThat(flow).extracting(FlowCommand::action).containsExactly(FlowAction.NEW, FlowAction.IOC, FlowAction.EXPECT_TRADE,
                FlowAction.PHASE);
        assertThat(flow.getFirst().orderId()).isEqualTo(-7);
        assertThat(flow.getFirst().symbol()).isEqualTo("ABC");
        assertThat(flow.get(1).buy()).isFalse();
        assertThat(flow.get(2).orderId()).isEqualTo(-7);
        assertThat(flow.get(2).line()).isEqualTo(6);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "BUY,1,0,100,NEW|3: column qty: \"0\" (expected: an integer 1..274877906944)",
        "BUY,1,5,x,NEW|3: column price: \"x\" (expected: an integer 1..4398046511104)",
        "BUY,1,5,99999999999999999999,NEW|3: column price: \"99999999999999999999\"",
        "BOTH,1,5,100,NEW|3: column side: \"BOTH\" (expected: BUY or SELL)",
        "BUY,,5,100,NEW|3: column order_id: \"\" (expected: an integer)",
        "BUY,1,5,100,BUY|3: column action: \"BUY\" (expected: NEW, REDUCE, CANCEL, IOC, NOP, UNCROSS, PHASE, EXPECT_TRADE)",
        "BUY,9,5,100,NEW|3: column order_id: \"9\" (expected: an order that no earlier line has entered; line 2 has)",
        "BUY,8,5,100,CANCEL|3: column order_id: \"8\" (expected: an order that an earlier line has entered",
        "BUY,8,5,100|3: column count: \"4\" (expected: 5 columns, as in the heading)"})
    void shouldSayWhatIsWrongAndWhere(final String line, final String message) {
        assertThatThrownBy(() -> read("side,order_id,qty,price,action\nBUY,9,1,100,NEW\n" + line + "\n"))
                .isInstanceOf(FlowFormatException.class)
                .hasMessageContaining("flow.csv:" + message);
    }

    @Test
    void shouldRefuseUnknownAndMissingColumns() {
        assertThatThrownBy(() -> read("side,order_id,qty,price,action,colour\n")).hasMessageContaining("flow.csv:1: column 6: \"colour\"");
        assertThatThrownBy(() -> read("side,order_id,qty,action\n")).hasMessageContaining("a column named price");
        assertThatThrownBy(() -> read("")).hasMessageContaining("is empty");
    }

    @Test
    void shouldSayWhatIsWrongInLobsterFiles() throws IOException {
        final Path file = folder.resolve("m.csv");
        Files.writeString(file, "34200.1,1,5,10,100,1\n34200.1,9,5,10,100,1\n");
        assertThatThrownBy(() -> LobsterMessages.read(file)).hasMessageContaining("m.csv:2: column type: \"9\" (expected: an integer 1..7)");
        Files.writeString(file, "100,1,99\n");
        assertThatThrownBy(() -> ReferenceBook.read(file)).hasMessageContaining("m.csv:1: column count: \"3\" (expected: a multiple of 4");
    }

    private List<FlowCommand> read(final String text) throws IOException {
        final Path file = folder.resolve("flow.csv");
        Files.writeString(file, text);
        return FlowFile.read(file);
    }
}
