package bourse.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The frames of {@code src/test/resources/golden}: NAME.hex holds the bytes (made by protoc, not by this project's code), NAME.txtpb what they
 * mean. Files are only added, never rewritten: somebody's client already sends these bytes.
 */
class GoldenFramesTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    static List<Path> texts() throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            return files.filter(file -> file.toString().endsWith(".txtpb")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("texts")
    void shouldReadAndWriteTheSameBytes(final Path text) throws Exception {
        final List<String> lines = Files.readAllLines(text);
        final Message empty = emptyMessage(lines.getFirst().replace("# proto-message: ", ""));
        final Path hexFile = GOLDEN.resolve(text.getFileName().toString().replace(".txtpb", ".hex"));
        final byte[] golden = HexFormat.of().parseHex(Files.readString(hexFile).replaceAll("\\s", ""));

        final Message.Builder meant = empty.newBuilderForType();
        TextFormat.merge(String.join("\n", lines), meant);
        final Message read = empty.getParserForType().parseFrom(golden);

        assertThat(read).isEqualTo(meant.build());
        assertThat(read.getUnknownFields().asMap()).isEmpty();
        assertThat(HexFormat.of().formatHex(read.toByteArray())).isEqualTo(HexFormat.of().formatHex(golden));
    }

    @Test
    void shouldCoverEveryFrameOfTheSession() throws Exception {
        final StringBuilder all = new StringBuilder();
        for (final Path text : texts()) {
            all.append(Files.readString(text));
        }
        Stream.of("bourse.order.v1.ClientFrame", "bourse.order.v1.ServerFrame", "bourse.order.v1.Command", "bourse.order.v1.Event")
            .flatMap(name -> emptyMessage(name).getDescriptorForType().getOneofs().getFirst().getFields().stream())
            .forEach(field -> assertThat(all).as("a golden file with %s", field.getFullName()).containsPattern("\\b" + field.getName() + " \\{"));
    }

    private static Message emptyMessage(final String protoName) {
        try {
            return (Message) Class.forName(protoName).getMethod("getDefaultInstance").invoke(null);
        } catch (final ReflectiveOperationException e) {
            throw new IllegalStateException("no such message, name=" + protoName, e);
        }
    }
}
