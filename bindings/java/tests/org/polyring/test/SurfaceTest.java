package org.polyring.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Serializable;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.polyring.Client;
import org.polyring.Health;
import org.polyring.Ring;
import org.polyring.Topology;

/**
 * What reflection shows: exactly the API, and nothing of how it is made.
 *
 * <p>The scenarios of all test classes here are those of bindings/python/tests/test_api.py, by the
 * same names, and some that only Java has.
 */
class SurfaceTest {
  private static final List<String> OF_RECORDS = List.of("equals", "hashCode", "toString");
  private static final String API = """
      Change extends Record
      Change(String Optional Optional Optional OptionalInt OptionalInt)
      Change.after() Optional
      Change.before() Optional
      Change.change() String
      Change.newIndex() OptionalInt
      Change.oldIndex() OptionalInt
      Change.subject() Optional
      Client extends Items
      Client.addServer(String) void
      Client.builder() ClientBuilder
      Client.bytes() Items
      Client.close() void
      Client.connect(String) Client
      Client.dump() Map
      Client.dump(String) Map
      Client.events() List
      Client.flushAll() Map
      Client.flushAll(Duration String) Map
      Client.flushAll(Duration) Map
      Client.ping() Map
      Client.ping(String) Map
      Client.removeServer(String) void
      Client.ring() Ring
      Client.setTopology(String) void
      Client.setTopology(Topology) void
      Client.setting(String) String
      Client.statistics() List
      Client.stats(String String) Map
      Client.stats(String) Map
      Client.tick(Duration) void
      Client.toString() String
      Client.topology() Topology
      Client.verbosity(int String) Map
      Client.verbosity(int) Map
      Client.version() Map
      Client.version(String) Map
      ClientBuilder extends PolicyBuilder
      ClientBuilder.announce(boolean) ClientBuilder
      ClientBuilder.build() Client
      ClientBuilder.compress(String) ClientBuilder
      ClientBuilder.compressFrom(long) ClientBuilder
      ClientBuilder.connectTimeout(Duration) ClientBuilder
      ClientBuilder.decodeText(boolean) ClientBuilder
      ClientBuilder.dialect(String) ClientBuilder
      ClientBuilder.gutter(String) ClientBuilder
      ClientBuilder.idleTimeout(Duration) ClientBuilder
      ClientBuilder.maxConnections(int) ClientBuilder
      ClientBuilder.maxInFlight(int) ClientBuilder
      ClientBuilder.maxValue(long) ClientBuilder
      ClientBuilder.onError(String) ClientBuilder
      ClientBuilder.onMismatch(String) ClientBuilder
      ClientBuilder.profile(String) ClientBuilder
      ClientBuilder.protocol(String) ClientBuilder
      ClientBuilder.readTimeout(Duration) ClientBuilder
      ClientBuilder.servers(String[]) ClientBuilder
      ClientBuilder.setting(String String) ClientBuilder
      ClientBuilder.timeout(Duration) ClientBuilder
      ClientBuilder.topology(Topology) ClientBuilder
      ClientBuilder.url(String) ClientBuilder
      ClientBuilder.warmTime(Duration) ClientBuilder
      ClientBuilder.writeTimeout(Duration) ClientBuilder
      Event extends Record
      Event(String Instant long String String)
      Event.kind() String
      Event.number() long
      Event.server() String
      Event.text() String
      Event.time() Instant
      Flow extends Record
      Flow(String String double)
      Flow.share() double
      Flow.source() String
      Flow.target() String
      Health extends Object
      Health.builder() HealthBuilder
      Health.close() void
      Health.due(Duration) OptionalInt
      Health.gutter() List
      Health.log() List
      Health.nextDue() Optional
      Health.profile() String
      Health.report(String Seen Duration Duration) void
      Health.report(String Seen Duration) void
      Health.report(int Seen Duration Duration) void
      Health.report(int Seen Duration) void
      Health.route(String Duration) Route
      Health.route(byte[] Duration) Route
      Health.servers() List
      Health.signs(String) VitalSigns
      Health.signs(int) VitalSigns
      Health.toString() String
      HealthBuilder extends PolicyBuilder
      HealthBuilder.build() Health
      HealthBuilder.gutter(String[]) HealthBuilder
      HealthBuilder.profile(String) HealthBuilder
      HealthBuilder.seed(long) HealthBuilder
      HealthBuilder.servers(String[]) HealthBuilder
      HealthState extends Enum
      HealthState.DOWN HealthState
      HealthState.OUT HealthState
      HealthState.PROBING HealthState
      HealthState.REJOINING HealthState
      HealthState.SUSPECT HealthState
      HealthState.UP HealthState
      HealthState.serves() boolean
      HealthState.valueOf(String) HealthState
      HealthState.values() HealthState[]
      HealthWork extends Enum
      HealthWork.FLUSH HealthWork
      HealthWork.NONE HealthWork
      HealthWork.REPAIR HealthWork
      HealthWork.valueOf(String) HealthWork
      HealthWork.values() HealthWork[]
      InvalidArgumentException extends PolyringException
      InvalidKeyException extends InvalidArgumentException
      InvalidProfileException extends InvalidArgumentException
      InvalidServersException extends InvalidArgumentException
      InvalidTopologyException extends InvalidArgumentException
      InvalidValueException extends InvalidArgumentException
      Item extends Record
      Item(Object long Duration Duration boolean long boolean boolean boolean long)
      Item.alreadyWon() boolean
      Item.cas() long
      Item.flags() long
      Item.hitBefore() boolean
      Item.lastAccess() Duration
      Item.size() long
      Item.stale() boolean
      Item.ttl() Duration
      Item.value() Object
      Item.won() boolean
      Items extends Object
      Items.add(Object Object Duration) Outcome
      Items.add(Object Object) Outcome
      Items.append(Object Object) Outcome
      Items.cas(Object Object long Duration) Outcome
      Items.cas(Object Object long) Outcome
      Items.counter(Object) OptionalLong
      Items.decr(Object long long Duration) OptionalLong
      Items.decr(Object long) OptionalLong
      Items.delete(Object) Outcome
      Items.deleteMany(Collection) Map
      Items.get(Object Class) Object
      Items.get(Object Object) Object
      Items.get(Object) Object
      Items.getAndTouch(Object Duration) Object
      Items.getMany(Collection) Map
      Items.gets(Object) Item
      Items.incr(Object long long Duration) OptionalLong
      Items.incr(Object long) OptionalLong
      Items.invalidate(Object Duration) Outcome
      Items.item(Object Duration Duration) Item
      Items.prepend(Object Object) Outcome
      Items.replace(Object Object Duration) Outcome
      Items.replace(Object Object) Outcome
      Items.set(Object Object Duration) Outcome
      Items.set(Object Object) Outcome
      Items.setCounter(Object long Duration) Outcome
      Items.setCounter(Object long) Outcome
      Items.setMany(Map Duration) Map
      Items.setMany(Map) Map
      Items.touch(Object Duration) Outcome
      Items.touchMany(Collection Duration) Map
      MismatchException extends PolyringException
      OnDead extends Enum
      OnDead.GUTTER OnDead
      OnDead.MISS OnDead
      OnDead.NATIVE OnDead
      OnDead.NEXT OnDead
      OnDead.valueOf(String) OnDead
      OnDead.values() OnDead[]
      Outcome extends Enum
      Outcome.EXISTS Outcome
      Outcome.MISS Outcome
      Outcome.NOT_STORED Outcome
      Outcome.OK Outcome
      Outcome.ok() boolean
      Outcome.valueOf(String) Outcome
      Outcome.values() Outcome[]
      PartialException extends PolyringException
      PartialException.failures() Map
      PartialException.found() Map
      Placement extends Record
      Placement(byte[] byte[] byte[] Optional Optional byte[] String int List String)
      Placement.hash() Optional
      Placement.hashedText() byte[]
      Placement.index() int
      Placement.key() byte[]
      Placement.label() byte[]
      Placement.point() Optional
      Placement.sentKey() byte[]
      Placement.server() String
      Placement.ties() List
      Placement.why() String
      Plan extends Record
      Plan(double boolean long List List)
      Plan.exact() boolean
      Plan.flows() List
      Plan.moved() double
      Plan.sample() long
      Plan.servers() List
      PlannedServer extends Record
      PlannedServer(String OptionalInt OptionalInt double double)
      PlannedServer.after() double
      PlannedServer.before() double
      PlannedServer.newIndex() OptionalInt
      PlannedServer.oldIndex() OptionalInt
      PlannedServer.server() String
      PolicyBuilder extends Object
      PolicyBuilder.deadMost(int) PolicyBuilder
      PolicyBuilder.detectGarbled(int) PolicyBuilder
      PolicyBuilder.detectHard(int) PolicyBuilder
      PolicyBuilder.detectShare(int) PolicyBuilder
      PolicyBuilder.detectSoft(int) PolicyBuilder
      PolicyBuilder.onDead(OnDead) PolicyBuilder
      PolicyBuilder.probeInterval(Duration) PolicyBuilder
      PolicyBuilder.probeMost(Duration) PolicyBuilder
      PolicyBuilder.rejoin(Rejoin) PolicyBuilder
      PolicyBuilder.settle(Duration) PolicyBuilder
      PolicyBuilder.standInTtl(Duration) PolicyBuilder
      PolicyBuilder.steady(Duration) PolicyBuilder
      PolyringException extends RuntimeException
      PolyringException.errno() int
      PolyringException.key() Optional
      PolyringException.position() OptionalInt
      PolyringException.server() String
      PolyringException.spent() Duration
      PolyringException.stage() String
      PolyringException.status() String
      ProtocolException extends PolyringException
      Rejoin extends Enum
      Rejoin.AUTO Rejoin
      Rejoin.FLUSH_FIRST Rejoin
      Rejoin.IMMEDIATE Rejoin
      Rejoin.REPAIR Rejoin
      Rejoin.WARM Rejoin
      Rejoin.valueOf(String) Rejoin
      Rejoin.values() Rejoin[]
      Ring extends Object
      Ring(List String)
      Ring(List)
      Ring(String String)
      Ring(String)
      Ring.DEFAULT_PROFILE String
      Ring.close() void
      Ring.explain(String) Placement
      Ring.explain(byte[]) Placement
      Ring.fingerprint() String
      Ring.locate(String) String
      Ring.locate(byte[]) String
      Ring.locateIndexes(Collection) int[]
      Ring.locateIndexes(byte[] int[] int[]) void
      Ring.locateIndexes(byte[][]) int[]
      Ring.locateMany(Collection) List
      Ring.locateMany(byte[][]) List
      Ring.plan(Ring long) Plan
      Ring.plan(Ring) Plan
      Ring.profile() String
      Ring.profiles() List
      Ring.servers() List
      Ring.toString() String
      Ring.withServer(String) Ring
      Ring.withoutServer(String) Ring
      Ring.withoutServer(int) Ring
      Route extends Record
      Route(RouteKind String Optional Optional int OptionalInt)
      Route.home() String
      Route.homeIndex() int
      Route.kind() RouteKind
      Route.server() Optional
      Route.serverIndex() OptionalInt
      Route.ttlMost() Optional
      RouteKind extends Enum
      RouteKind.GUTTER RouteKind
      RouteKind.HOME RouteKind
      RouteKind.NOWHERE RouteKind
      RouteKind.STAND_IN RouteKind
      RouteKind.valueOf(String) RouteKind
      RouteKind.values() RouteKind[]
      Seen extends Enum
      Seen.ANSWERED Seen
      Seen.CLEANED Seen
      Seen.FORGOTTEN Seen
      Seen.GARBLED Seen
      Seen.NOT_CLEANED Seen
      Seen.PROBE_ANSWERED Seen
      Seen.PROBE_FAILED Seen
      Seen.PUT_BACK Seen
      Seen.TAKEN_OUT Seen
      Seen.UNANSWERED Seen
      Seen.UNREACHED Seen
      Seen.valueOf(String) Seen
      Seen.values() Seen[]
      ServerException extends PolyringException
      Statistics extends Record
      Statistics(String long long long long long long long long long long Map Map HealthState long long long long)
      Statistics.bytesReceived() long
      Statistics.bytesSent() long
      Statistics.connectFailures() long
      Statistics.connections() long
      Statistics.connects() long
      Statistics.exchanges() long
      Statistics.failures() Map
      Statistics.hits() long
      Statistics.inDoubt() long
      Statistics.latency() Map
      Statistics.mismatches() long
      Statistics.misses() long
      Statistics.operations() long
      Statistics.probes() long
      Statistics.redirected() long
      Statistics.refused() long
      Statistics.server() String
      Statistics.state() HealthState
      Topology extends Object
      Topology(List String long)
      Topology(List String)
      Topology(List)
      Topology(String String long)
      Topology(String String)
      Topology(String)
      Topology.close() void
      Topology.diff(Topology) List
      Topology.digest() String
      Topology.epoch() long
      Topology.equals(Object) boolean
      Topology.hashCode() int
      Topology.moveBucket(long String) Topology
      Topology.parse(String) Topology
      Topology.parse(byte[]) Topology
      Topology.profile() String
      Topology.ring() Ring
      Topology.servers() List
      Topology.settings() Map
      Topology.text() String
      Topology.toString() String
      Topology.withServers(List) Topology
      Topology.withServers(String) Topology
      UnavailableException extends PolyringException
      UnknownException extends PolyringException
      VitalSigns extends Record
      VitalSigns(HealthState Seen HealthWork Duration Optional Optional long long)
      VitalSigns.downSince() Optional
      VitalSigns.nextProbe() Optional
      VitalSigns.probesFailed() long
      VitalSigns.reason() Seen
      VitalSigns.since() Duration
      VitalSigns.state() HealthState
      VitalSigns.unanswered() long
      VitalSigns.work() HealthWork
      """;

  @Test
  void surface() throws Exception {
    TreeSet<String> seen = new TreeSet<>();
    for (Class<?> type : classes()) {
      if (Modifier.isPublic(type.getModifiers())) {
        describe(type, seen);
      }
    }
    assertEquals(API, seen.stream().map(line -> line + "\n").collect(Collectors.joining()));
  }

  @Test
  void notExtended() throws Exception {
    List<String> open = classes().stream()
        .filter(type -> Modifier.isPublic(type.getModifiers()))
        .filter(type -> !Modifier.isFinal(type.getModifiers()) && !type.isSealed())
        .map(Class::getSimpleName).sorted().toList();
    assertEquals(List.of("InvalidArgumentException", "PolyringException"), open);
  }

  @Test
  void notCopied() {
    for (Class<?> type : List.of(Ring.class, Topology.class, Client.class, Health.class)) {
      assertFalse(Cloneable.class.isAssignableFrom(type));
      assertFalse(Serializable.class.isAssignableFrom(type));
    }
  }

  @Test
  void surfaceWithoutTraceOfTheGenerator() throws Exception {
    List<String> names = new ArrayList<>();
    for (Class<?> type : classes()) {
      names.add(type.getName());
      Stream.of(type.getDeclaredFields()).map(Field::getName).forEach(names::add);
      Stream.of(type.getDeclaredMethods()).map(Method::getName).forEach(names::add);
      executables(type).flatMap(it -> Stream.of(it.getParameters())).map(Parameter::getName)
          .forEach(names::add);
    }
    assertTrue(names.contains("Ring_locate"), "the native methods are among the names");
    for (String name : names) {
      assertFalse(name.toLowerCase(Locale.ROOT).contains("swig"), name);
    }
  }

  private static List<Class<?>> classes() throws Exception {
    Path jar = Path.of(Ring.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<Class<?>> classes = new ArrayList<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      for (String entry : file.stream().map(Object::toString).toList()) {
        if (entry.endsWith(".class")) {
          classes.add(Class.forName(entry.replace('/', '.').replaceFirst("\\.class$", "")));
        }
      }
    }
    return classes;
  }

  private static Stream<Executable> executables(Class<?> type) {
    return Stream.concat(Stream.of(type.getDeclaredConstructors()),
        Stream.of(type.getDeclaredMethods()));
  }

  private static void describe(Class<?> type, TreeSet<String> seen) {
    String name = type.getSimpleName();
    seen.add(name + " extends " + type.getSuperclass().getSimpleName());
    for (Constructor<?> it : type.getDeclaredConstructors()) {
      add(seen, it, name + parameters(it));
    }
    for (Method it : type.getDeclaredMethods()) {
      if (type.isRecord() && OF_RECORDS.contains(it.getName())) {
        continue;
      }
      add(seen, it, name + "." + it.getName() + parameters(it) + " "
          + it.getReturnType().getSimpleName());
    }
    for (Field it : type.getDeclaredFields()) {
      add(seen, it, name + "." + it.getName() + " " + it.getType().getSimpleName());
    }
  }

  private static void add(TreeSet<String> seen, Member member, String line) {
    if ((member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0) {
      seen.add(line);
    }
  }

  private static String parameters(Executable it) {
    return "(" + Arrays.stream(it.getParameterTypes()).map(Class::getSimpleName)
        .collect(Collectors.joining(" ")) + ")";
  }
}
