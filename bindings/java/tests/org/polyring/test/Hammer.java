package org.polyring.test;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.polyring.Client;
import org.polyring.Outcome;

/**
 * Threads write and read keys, without a pause, while the topology is changed: each of them all of
 * its part at least once before, once behind, and whenever else.
 */
final class Hammer {
  private final Client client;
  private final JsonObject request;
  private final List<byte[]> keys = new ArrayList<>();
  private final List<String> lost = Collections.synchronizedList(new ArrayList<>());
  private final AtomicIntegerArray rounds;
  private volatile boolean over;

  Hammer(Client client, JsonObject request) {
    this.client = client;
    this.request = request;
    for (JsonElement key : request.getAsJsonArray("keys")) {
      keys.add(Base64.getDecoder().decode(key.getAsString()));
    }
    rounds = new AtomicIntegerArray(request.get("threads").getAsInt());
  }

  JsonObject run() {
    try {
      return hammered();
    } catch (InterruptedException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private JsonObject hammered() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < rounds.length(); i++) {
      int number = i;
      threads.add(new Thread(() -> work(number)));
    }
    threads.forEach(Thread::start);
    await(1);
    for (JsonElement change : request.getAsJsonArray("changes")) {
      change(change.getAsJsonArray().get(0).getAsString(),
          change.getAsJsonArray().get(1).getAsString());
    }
    await(2);
    over = true;
    int all = 0;
    for (int i = 0; i < rounds.length(); i++) {
      threads.get(i).join();
      all += rounds.get(i);
    }
    JsonObject out = new JsonObject();
    JsonArray texts = new JsonArray();
    lost.stream().limit(10).forEach(texts::add);
    out.addProperty("rounds", all);
    out.add("lost", texts);
    return out;
  }

  private void change(String call, String text) {
    switch (call) {
      case "add_server" -> client.addServer(text);
      case "remove_server" -> client.removeServer(text);
      default -> client.setTopology(text);
    }
  }

  private void work(int number) {
    while (!over) {
      for (int i = number; i < keys.size(); i += rounds.length()) {
        byte[] key = keys.get(i);
        try {
          if (client.bytes().set(key, key) != Outcome.OK
              || !Arrays.equals((byte[]) client.bytes().get(key, key), key)) { // it may have moved
            lost.add("another value");
          }
        } catch (RuntimeException failure) {
          lost.add(failure.toString());
        }
      }
      rounds.incrementAndGet(number);
    }
  }

  private void await(int more) throws InterruptedException {
    for (int i = 0; i < rounds.length(); i++) {
      int end = rounds.get(i) + more;
      while (rounds.get(i) < end) {
        Thread.sleep(1);
      }
    }
  }
}
