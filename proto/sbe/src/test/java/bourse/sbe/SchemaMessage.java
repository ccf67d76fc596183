package bourse.sbe;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * One message of a schema as the schema's XML lists it, encoded and decoded through its generated codecs by name, so that a new field or message
 * is covered without a line of test code. Groups get two entries.
 *
 * @param groups fields of each group
 */
record SchemaMessage(String schema, String name, List<String> fields, Map<String, List<String>> groups) {
    private static final int GROUP_COUNT = 2;

    static List<SchemaMessage> ofSchema(final String schema) throws IOException {
        try (InputStream xml = SchemaMessage.class.getResourceAsStream("/bourse/sbe/" + schema + ".xml")) {
            final Element root = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(xml).getDocumentElement();
            final List<SchemaMessage> messages = new ArrayList<>();
            for (final Element element : children(root, "sbe:message")) {
                final Map<String, List<String>> groups = new LinkedHashMap<>();
                children(element, "group").forEach(group -> groups.put(group.getAttribute("name"), fieldNames(group)));
                messages.add(new SchemaMessage(schema, element.getAttribute("name"), fieldNames(element), groups));
            }
            return messages;
        } catch (final javax.xml.parsers.ParserConfigurationException | org.xml.sax.SAXException e) {
            throw new IOException("schema cannot be read, name=" + schema, e);
        }
    }

    /** Bytes, header included, with a different value in every field. */
    byte[] example() throws ReflectiveOperationException {
        return encode((encoder, field, entry) -> {
            final int seed = field.hashCode() + 31 * entry;
            final Method setter = setter(encoder, field);
            if (setter == null) {
                final Object flags = encoder.getClass().getMethod(field).invoke(encoder);
                flags.getClass().getMethod("clear").invoke(flags);
                int choice = seed & 1;
                for (final Method option : choices(flags)) {
                    option.invoke(flags, (choice++ & 1) == 1);
                }
            } else {
                setter.invoke(encoder, exampleOf(setter.getParameterTypes()[0], encodedBytes(encoder, field), seed));
            }
        });
    }

    /** Decodes the bytes and encodes what was read. */
    byte[] copy(final byte[] message) throws ReflectiveOperationException {
        final Object decoder = decoder(message);
        final Map<String, Object> groupDecoders = new LinkedHashMap<>();
        return encode((encoder, field, entry) -> {
            final Object source = entry == 0 ? decoder : groupEntry(decoder, groupDecoders, encoder, entry);
            final Object value = source.getClass().getMethod(field).invoke(source);
            final Method setter = setter(encoder, field);
            if (setter == null) {
                final Object flags = encoder.getClass().getMethod(field).invoke(encoder);
                flags.getClass().getMethod("clear").invoke(flags);
                for (final Method option : choices(flags)) {
                    option.invoke(flags, value.getClass().getMethod(option.getName()).invoke(value));
                }
            } else {
                setter.invoke(encoder, value);
            }
        });
    }

    /** What the generated decoder says of the bytes. */
    String text(final byte[] message) throws ReflectiveOperationException {
        return decoder(message).toString();
    }

    @Override
    public String toString() {
        return schema + "-" + name;
    }

    /** Sets one field of a message (entry 0) or of a group's entry (1, 2). */
    @FunctionalInterface
    private interface FieldWriter {
        void write(Object encoder, String field, int entry) throws ReflectiveOperationException;
    }

    private byte[] encode(final FieldWriter writer) throws ReflectiveOperationException {
        final MutableDirectBuffer buffer = new ExpandableArrayBuffer();
        final Object encoder = codec("Encoder");
        final Object header = type("MessageHeaderEncoder").getConstructor().newInstance();
        encoder.getClass().getMethod("wrapAndApplyHeader", MutableDirectBuffer.class, int.class, header.getClass())
            .invoke(encoder, buffer, 0, header);
        for (final String field : fields) {
            writer.write(encoder, field, 0);
        }
        for (final Map.Entry<String, List<String>> group : groups.entrySet()) {
            final Object entries = encoder.getClass().getMethod(group.getKey() + "Count", int.class).invoke(encoder, GROUP_COUNT);
            for (int entry = 1; entry <= GROUP_COUNT; entry++) {
                entries.getClass().getMethod("next").invoke(entries);
                for (final String field : group.getValue()) {
                    writer.write(entries, field, entry);
                }
            }
        }
        final byte[] message = new byte[(int) encoder.getClass().getMethod("limit").invoke(encoder)];
        buffer.getBytes(0, message);
        return message;
    }

    private Object groupEntry(
        final Object decoder, final Map<String, Object> groupDecoders, final Object groupEncoder, final int entry)
        throws ReflectiveOperationException {
        final String group = Character.toLowerCase(groupEncoder.getClass().getSimpleName().charAt(0))
            + groupEncoder.getClass().getSimpleName().substring(1).replace("Encoder", "");
        if (!groupDecoders.containsKey(group)) {
            groupDecoders.put(group, decoder.getClass().getMethod(group).invoke(decoder));
        }
        final Object entries = groupDecoders.get(group);
        if (groupDecoders.put(group + "#" + entry, entry) == null) {
            entries.getClass().getMethod("next").invoke(entries);
        }
        return entries;
    }

    private Object decoder(final byte[] message) throws ReflectiveOperationException {
        final Object decoder = codec("Decoder");
        final Object header = type("MessageHeaderDecoder").getConstructor().newInstance();
        decoder.getClass().getMethod("wrapAndApplyHeader", org.agrona.DirectBuffer.class, int.class, header.getClass())
            .invoke(decoder, new UnsafeBuffer(message), 0, header);
        return decoder;
    }

    private Object codec(final String suffix) throws ReflectiveOperationException {
        return type(name + suffix).getConstructor().newInstance();
    }

    private Class<?> type(final String simpleName) throws ClassNotFoundException {
        return Class.forName("bourse.sbe." + schema + "." + simpleName);
    }

    private static Method setter(final Object encoder, final String field) {
        for (final Method method : encoder.getClass().getMethods()) {
            final boolean named = method.getName().equals(field) && method.getParameterCount() == 1;
            if (named && (method.getParameterTypes()[0].isPrimitive() || method.getParameterTypes()[0].isEnum()
                || method.getParameterTypes()[0] == String.class)) {
                return method;
            }
        }
        return null;
    }

    private static List<Method> choices(final Object flags) {
        return java.util.Arrays.stream(flags.getClass().getMethods())
            .filter(method -> method.getParameterCount() == 1 && method.getParameterTypes()[0] == boolean.class)
            .sorted(java.util.Comparator.comparing(Method::getName)).toList();
    }

    private static int encodedBytes(final Object encoder, final String field) throws ReflectiveOperationException {
        return (int) encoder.getClass().getMethod(field + "EncodingLength").invoke(null);
    }

    private static Object exampleOf(final Class<?> type, final int encodedBytes, final int seed) {
        final long value = seed * 0x9E37_79B9_7F4A_7C15L >>> 64 - 8 * Math.min(8, encodedBytes) + (encodedBytes == 8 ? 0 : 1);
        if (type.isEnum()) {
            // The last constant is the generated NULL_VAL.
            return type.getEnumConstants()[Math.floorMod(seed, type.getEnumConstants().length - 1)];
        }
        if (type == String.class) {
            return "G" + Math.floorMod(seed, 10_000);
        }
        if (type == long.class) {
            return value;
        }
        if (type == int.class) {
            return (int) value;
        }
        return type == short.class ? (Object) (short) value : (Object) (byte) value;
    }

    private static List<String> fieldNames(final Element parent) {
        return children(parent, "field").stream().map(field -> field.getAttribute("name")).toList();
    }

    private static List<Element> children(final Element parent, final String tag) {
        final List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(tag)) {
                found.add(element);
            }
        }
        return found;
    }
}
