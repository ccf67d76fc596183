package bourse.engine.log;

import java.nio.file.Path;

import org.junit.jupiter.api.io.TempDir;

class OneThreadAeronLogTest extends SequencedLogContract {
    @TempDir
    Path directory;

    @Override
    Rig rig() {
        return new AeronRig(directory, AeronLayout.ONE_THREAD);
    }
}
