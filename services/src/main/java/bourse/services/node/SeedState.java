package bourse.services.node;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * What a member says of its data.
 *
 * @param hasData  a log was begun
 * @param serves   it is in a quorum
 * @param leads    it is the leader
 * @param logBegin position from which on it has the log
 * @param limits   a hash of the limits that it is configured with: of a new venue they must be the same everywhere
 */
record SeedState(boolean hasData, boolean serves, boolean leads, long logBegin, int limits) {
    void write(final DataOutputStream out) throws IOException {
        out.writeBoolean(hasData);
        out.writeBoolean(serves);
        out.writeBoolean(leads);
        out.writeLong(logBegin);
        out.writeInt(limits);
    }

    static SeedState read(final DataInputStream in) throws IOException {
        return new SeedState(in.readBoolean(), in.readBoolean(), in.readBoolean(), in.readLong(), in.readInt());
    }
}
