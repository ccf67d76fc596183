# The short commands. Each finds a JDK 25 by itself (.build/find-jdk) and builds what is stale; nothing has to be set up before.
# Arguments of a command go into ARGS: make run ARGS='--profile server'.
.DEFAULT_GOAL := help
.PHONY: help run build test test-property test-hostile conformance fuzz lint bench bench-techniques image clean test-feed-long test-faults test-faults-long
.DELETE_ON_ERROR:

JAR     := deploy/target/bourse.jar
# The jar with its class archive, which each packaging makes stale.
READY   := deploy/target/bourse.jsa
MAVEN   := .build/maven --batch-mode --no-transfer-progress
# Folders are listed too: their time changes when a file in them is removed.
SOURCES := $(shell find pom.xml .mvn proto engine gateway marketdata services bench deploy \
             \( -name target -o -path '*/src/test' -o -name clients -o -name node_modules \) -prune -o \
             \( -name pom.xml -o -path '*/src/main*' -o -path '.mvn*' \) -print 2>/dev/null)

help: ## lists these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  ./bourse --help lists the commands of the venue itself."

run: $(READY) ## builds what is stale and starts the venue in one process (Ctrl-C ends it in order)
	@exec ./bourse run $(ARGS)

build: $(READY) ## builds the executable jar, without tests

$(JAR): $(SOURCES)
	$(MAVEN) -q -Dmaven.test.skip=true package
	@touch $@

$(READY): $(JAR)
	@.build/class-archive $(JAR)

test: ## builds everything and runs all tests
	$(MAVEN) verify $(ARGS)
	@touch $(JAR)
	@.build/class-archive $(JAR)

test-property: ## compares both matchers over 10,000,000 random commands (COMMANDS=, SEED=), about 6 minutes
	$(MAVEN) -q -pl engine -am test -Dtest=LongPropertyTest -Dsurefire.failIfNoSpecifiedTests=false -Dtests.toFile=false \
	  -Dbourse.property.commands=$(or $(COMMANDS),10000000) -Dbourse.property.seed=$(or $(SEED),23)

test-hostile: ## attacks a venue for minutes, case by case (ONLY=ping,header for some); the table goes to target/hostile.md
	@mkdir -p target
	$(MAVEN) -q -pl services -am test -Dtest=HostileSystemTest -Dsurefire.failIfNoSpecifiedTests=false \
	  "-Dsurefire.extra=-Dhostile.millis=10000 -Dhostile.asUsersDo=true -Dhostile.warmUpMillis=15000 -Dhostile.only=$(ONLY) -Dhostile.table=$(CURDIR)/target/hostile.md $(ARGS)"
	@cat target/hostile.md

fuzz: ## feeds mutated bytes to everything that reads bytes of strangers (TIME=60 seconds each, TARGET=batch for one)
	$(MAVEN) -q -Pfuzz -pl services -am test-compile dependency:build-classpath -Dmdep.outputFile=target/fuzz-classpath.txt
	@.build/fuzz $(or $(TIME),60) $(TARGET)

conformance: $(READY) ## plays the conformance tapes with each client against the venue that make run has started
	@proto/conformance/run

test-feed-long: ## the feed over a bad network: 10,000,000 messages (MESSAGES=) for each of three seeds, minutes
	$(MAVEN) -q -pl marketdata -am test -Dtest=FeedSimulationTest -Dsurefire.failIfNoSpecifiedTests=false -Dtests.toFile=false \
	  -Dbourse.simulation.messages=$(or $(MESSAGES),10000000) $(ARGS)

.PHONY: test-simulation
test-simulation: ## the whole venue in virtual time under faults: 50,000 seeds (SEEDS=) from SEED=1 on; some 20 minutes
	$(MAVEN) -q -pl services -am test -Dtest=VenueSimulationTest -Dsurefire.failIfNoSpecifiedTests=false -Dtests.toFile=false \
	  -Dbourse.simulation.seed=$(or $(SEED),1) -Dbourse.simulation.seeds=$(or $(SEEDS),50000) $(ARGS)

# Two venues' worth of what everybody saw is in memory at a time.
FAULTS = $(MAVEN) -q -pl services -am test -Dtest=FaultSystemTest -Dsurefire.failIfNoSpecifiedTests=false -Dsurefire.extra=-Xmx5g -Dtests.toFile=false $(ARGS)

test-faults: ## kills, stops, tears and fills real venues (50 kills), and checks every promise: eight minutes
	$(FAULTS) -Dbourse.faults=50

test-faults-long: ## the same with 1,000 kills, 200 damaged files, 50 losses of power (up to two hours)
	$(FAULTS) -Dbourse.faults=1000

.PHONY: test-image
test-image: ## runs the container image as the manifests say, in network namespaces (needs root, podman, make image), minutes
	@deploy/image/test $(ARGS)

.PHONY: test-drills
test-drills: $(READY) ## executes each page of docs/drills as it is written down; what came of it goes beside it
	@set -e; for drill in docs/drills/[a-z]*.md; do if [ $$drill != docs/drills/README.md ]; then docs/drills/run $$drill >$${drill%.md}.txt 2>&1 || { cat $${drill%.md}.txt; exit 1; }; cat $${drill%.md}.txt; fi; done

.PHONY: test-dashboards
test-dashboards: ## asks every query of every dashboard of a Prometheus that watches a venue under load (needs prometheus), half a minute
	$(MAVEN) -q -pl deploy -am verify -Dtest='MonitoringTest,DashboardsSystemTest' -Dsurefire.failIfNoSpecifiedTests=false -Dtests.toFile=false $(ARGS)

.PHONY: test-replication
test-replication: ## three members on loopback: leader killed, minority, disks lost, rolling restart; two minutes
	$(MAVEN) -q -pl services -am test -Dtest=ReplicationSystemTest -Dsurefire.failIfNoSpecifiedTests=false -Dtests.toFile=false -Dbourse.replication=true $(ARGS)

.PHONY: test-partitions
test-partitions: ## three members in network namespaces: a leader cut off, ways cut in one direction, links that come and go (CUTS=40); needs root and ip, three minutes
	$(MAVEN) -q -pl services -am test -Dtest=PartitionSystemTest -Dsurefire.failIfNoSpecifiedTests=false -Dtests.toFile=false \
	  "-Dsurefire.extra=-Dbourse.partitions=$(or $(CUTS),40)" $(ARGS)

.PHONY: test-failover
test-failover: ## kills the leader of three members 50 times (KILLS=) under load: how long clients wait (figures also in target/failover.json), and every promise
	@mkdir -p target
	$(MAVEN) -q -pl services -am test -Dtest=FailoverSystemTest -Dsurefire.failIfNoSpecifiedTests=false -Dtests.toFile=false \
	  "-Dsurefire.extra=-Dbourse.failovers=$(or $(KILLS),50) -Dbourse.failover.json=$(CURDIR)/target/failover.json" $(ARGS)

.PHONY: soak
soak: $(READY) ## an hour (TIME=3600 seconds) of steady load, about half of the peak (RATE=150000): memory, descriptors, latencies flat?
	./bourse bench soak --seconds $(or $(TIME),3600) --rate $(or $(RATE),150000) $(ARGS)

lint: ## checks style, module boundaries, Error Prone and the protobuf files, without tests
	$(MAVEN) -q -Plint -DskipTests test-compile $(ARGS)
	@.build/lint-proto

bench: $(READY) ## what each layer costs, the quick form: less than two minutes (docs/BENCH.md)
	./bourse bench ladder --quick $(ARGS)

.PHONY: bench-trust bench-report
bench-trust: $(READY) ## is what the ladder says true: 1 us planted in eight layers, two runs of one build compared; about 6 minutes
	./bourse bench ladder --quick --plant core=1us,engine=1us,queue=1us,ipc=1us,log=1us,tcp=1us,grpc-inprocess=1us,grpc-batch-64=1us
	@mkdir -p target
	./bourse bench ladder --quick --json=target/ladder-a.json
	./bourse bench ladder --quick --json=target/ladder-b.json
	./bourse bench compare --expect-same target/ladder-a.json target/ladder-b.json

bench-report: $(READY) ## measures docs/benchmarks/ladder anew: every rung for DURATION=60s with profiles; about 40 minutes
	./bourse bench ladder --duration $(or $(DURATION),60s) --profile --report docs/benchmarks/ladder
	./bourse bench techniques >docs/benchmarks/ladder/techniques.txt
	./bourse bench cache >docs/benchmarks/ladder/cache.txt
	@du -sh --exclude profiles docs/benchmarks/ladder

bench-techniques: $(READY) ## every technique of the design against the plain way, and the book in simulated caches: about a minute
	./bourse bench techniques $(ARGS)
	./bourse bench cache

image: ## builds the container image (needs buildah; pulls nothing), its SBOM and digest, into deploy/target/image
	$(MAVEN) -q -Dmaven.test.skip=true -Psbom package
	@touch $(JAR)
	@.build/class-archive $(JAR)
	@deploy/image/build $(ARGS)

clean: ## removes what was built (not the venue's data)
	$(MAVEN) -q clean
