package bourse.sbe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every message of both schemas against {@code src/test/resources/golden}: SCHEMA-NAME.hex holds its bytes with header, SCHEMA-NAME.txt what they
 * mean. Files are only added, never rewritten: a recording or a customer already has these bytes. For a new message run this test once with
 * {@code -Dsurefire.extra=-Dgolden.add=true}, read what it made, and commit it.
 */
class GoldenMessagesTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    static List<SchemaMessage> messages() throws IOException {
        final List<SchemaMessage> messages = new ArrayList<>(SchemaMessage.ofSchema("engine"));
        messages.addAll(SchemaMessage.ofSchema("feed"));
        return messages;
    }

    @ParameterizedTest
    @MethodSource("messages")
    void shouldReadAndWriteTheSameBytes(final SchemaMessage message) throws Exception {
        final Path hexFile = GOLDEN.resolve(message.schema() + "-" + message.name() + ".hex");
        final Path textFile = GOLDEN.resolve(message.schema() + "-" + message.name() + ".txt");
        if (Boolean.getBoolean("golden.add") && Files.notExists(hexFile)) {
            final byte[] made = message.example();
            Files.writeString(hexFile, HexFormat.of().formatHex(made).replaceAll("(.{64})(?=.)", "$1\n") + "\n");
            Files.writeString(textFile, lines(message.text(made)));
        }
        assertThat(hexFile).as("the golden bytes of this message; how to add them is told above this test").exists();

        final byte[] golden = HexFormat.of().parseHex(Files.readString(hexFile).replaceAll("\\s", ""));
        assertThat(lines(message.text(golden))).isEqualTo(Files.readString(textFile));
        assertThat(HexFormat.of().formatHex(message.copy(golden))).isEqualTo(HexFormat.of().formatHex(golden));
    }

    @Test
    void shouldHaveNoFileWithoutAMessage() throws Exception {
        final List<String> names = messages().stream().map(message -> message.schema() + "-" + message.name()).toList();
        try (Stream<Path> files = Files.list(GOLDEN)) {
            assertThat(files.map(file -> file.getFileName().toString().replaceAll("\\.(hex|txt)$", "")).distinct().toList())
                .containsExactlyInAnyOrderElementsOf(names);
        }
    }

    private static String lines(final String text) {
        return text.replace("|", "\n").replace("):", ")\n") + "\n";
    }
}
