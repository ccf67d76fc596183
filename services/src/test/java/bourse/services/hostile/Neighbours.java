package bourse.services.hostile;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Others on the same machine, who send the venue nothing: what is theirs must not be blamed on an attack. */
final class Neighbours {
    private static final int BYTES_AT_ONCE = 1 << 16;

    private Neighbours() {
    }

    static void compute(final Attack.Target target, final Answers answers) {
        while (target.goesOn()) {
            Thread.onSpinWait();
        }
    }

    static void talk(final Attack.Target target, final Answers answers) throws Exception {
        try (ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
             Socket out = new Socket(InetAddress.getLoopbackAddress(), door.getLocalPort()); Socket in = door.accept()) {
            final Thread reader = Thread.ofPlatform().start(() -> {
                try {
                    in.getInputStream().transferTo(OutputStream.nullOutputStream());
                } catch (final IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            final byte[] bytes = new byte[BYTES_AT_ONCE];
            while (target.goesOn()) {
                out.getOutputStream().write(bytes);
            }
            out.close();
            reader.join();
        }
    }

    static void knock(final Attack.Target target, final Answers answers) throws Exception {
        try (ServerSocket door = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress())) {
            final Thread doorman = Thread.ofPlatform().start(() -> {
                while (target.goesOn()) {
                    try {
                        door.accept().close();
                    } catch (final IOException e) {
                        return;
                    }
                }
            });
            while (target.goesOn()) {
                try (Socket out = new Socket(InetAddress.getLoopbackAddress(), door.getLocalPort())) {
                    out.getOutputStream().write(new byte[BYTES_AT_ONCE]);
                    answers.sent(1);
                } catch (final IOException turnedAway) {
                    answers.closed();
                }
            }
            door.close();
            doorman.join();
        }
    }
}
