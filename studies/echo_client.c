/* A closed-loop echo client in C, which speaks the bytes of concbench's own (companions/payload.py, echo.py):
 * what that one's figures are held against.
 *
 *     echo_client PORT CONNECTIONS REQUESTS PAYLOAD BLOCK
 *
 * BLOCK is a file of 65521 + PAYLOAD bytes, out of which every message is cut. Prints one line of JSON.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SPAN 65521
#define BUFFER (1 << 16)

struct peer { int fd, number, next, got; long long began; };

static unsigned char *block, *incoming;
static int payload;

static long long now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void fail(const char *what) { perror(what); exit(1); }

static const unsigned char *message(int stream, int number) {
    return block + ((long long)stream * 31847 + (long long)number * 7919) % SPAN;
}

static void begin(struct peer *p) {
    p->began = now(CLOCK_MONOTONIC);
    p->got = 0;
    if (send(p->fd, message(p->number, p->next), payload, 0) != payload) fail("send");
}

static int by_size(const void *a, const void *b) {
    long long x = *(const long long *)a, y = *(const long long *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    if (argc != 6) return 2;
    int port = atoi(argv[1]), count = atoi(argv[2]), requests = atoi(argv[3]), one = 1, buffer = BUFFER;
    payload = atoi(argv[4]);
    block = malloc(SPAN + payload);
    incoming = malloc(payload + 1);
    FILE *file = fopen(argv[5], "rb");
    if (!file || fread(block, 1, SPAN + payload, file) != (size_t)(SPAN + payload)) fail("block");
    struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, "127.0.0.1", &where.sin_addr);
    struct peer *peers = calloc(count, sizeof *peers);
    long long *latencies = malloc(sizeof *latencies * count * requests), done = 0;
    int ready = epoll_create1(0);
    for (int i = 0; i < count; i++) {
        peers[i] = (struct peer){.fd = socket(AF_INET, SOCK_STREAM, 0), .number = i};
        setsockopt(peers[i].fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        setsockopt(peers[i].fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
        setsockopt(peers[i].fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
        if (connect(peers[i].fd, (struct sockaddr *)&where, sizeof where)) fail("connect");
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &peers[i]};
        epoll_ctl(ready, EPOLL_CTL_ADD, peers[i].fd, &event);
    }
    long long start = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < count; i++) begin(&peers[i]);
    for (int left = count; left;) {
        struct epoll_event events[1024];
        int found = epoll_wait(ready, events, 1024, 10000);
        if (found <= 0) fail("no reply");
        for (int i = 0; i < found; i++) {
            struct peer *p = events[i].data.ptr;
            int length = recv(p->fd, incoming, payload + 1 - p->got, 0);
            if (length <= 0 || p->got + length > payload) fail("recv");
            if (memcmp(incoming, message(p->number, p->next) + p->got, length)) fail("another byte");
            p->got += length;
            if (p->got < payload) continue;
            latencies[done++] = now(CLOCK_MONOTONIC) - p->began;
            if (++p->next < requests) begin(p); else left--;
        }
    }
    long long traffic = now(CLOCK_MONOTONIC) - start;
    cpu = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    qsort(latencies, done, sizeof *latencies, by_size);
    printf("{\"verified\": %lld, \"traffic_ns\": %lld, \"traffic_cpu_ns\": %lld, \"latency_p50_ns\": %lld, "
           "\"latency_p99_ns\": %lld}\n", done, traffic, cpu, latencies[done / 2], latencies[done * 99 / 100]);
    return 0;
}
