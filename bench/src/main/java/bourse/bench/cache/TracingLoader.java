package bourse.bench.cache;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Set;

/**
 * Loads the engine's matching and its book once more, with each access to memory outside the heap going through {@link AccessTrace}. So the trace is
 * the real code's, on the real layout.
 */
final class TracingLoader extends ClassLoader {
    private static final String ENGINE = "bourse.engine.";
    private static final String UNSAFE = "org/agrona/UnsafeApi";
    private static final ClassDesc TRACE = ClassDesc.of(AccessTrace.class.getName());
    private static final Set<String> TRACED = Set.of("getLong(J)J", "getInt(J)I", "putLong(JJ)V", "putInt(JI)V",
            "putLongRelease(Ljava/lang/Object;JJ)V");

    private final String replayClass;

    TracingLoader(final Class<?> replay) {
        super(TracingLoader.class.getClassLoader());
        replayClass = replay.getName();
    }

    @Override
    protected Class<?> loadClass(final String name, final boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(ENGINE) && !name.startsWith(replayClass)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            final Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(final String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            final ClassFile files = ClassFile.of();
            final int structure = Structure.of(name.replace('.', '/')).ordinal();
            final byte[] traced = files.transformClass(files.parse(in.readAllBytes()), ClassTransform.transformingMethodBodies((code, element) -> {
                if (element instanceof InvokeInstruction call && UNSAFE.equals(call.owner().asInternalName())
                        && TRACED.contains(call.name().stringValue() + call.type().stringValue())) {
                    final MethodTypeDesc type = call.typeSymbol();
                    code.loadConstant(structure).invokestatic(TRACE, call.name().stringValue(), type.insertParameterTypes(type.parameterCount(),
                            ConstantDescs.CD_int));
                } else {
                    code.with(element);
                }
            }));
            return defineClass(name, traced, 0, traced.length);
        } catch (final IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
