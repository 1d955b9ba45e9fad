"use client";
/*
 * The hooks. Every session, handle and request belongs to one mounted component: unmounting aborts, wipes and closes.
 * StrictMode mounts, unmounts and mounts again in one pass. A session therefore starts in a microtask, so that only the last mount starts one.
 */
import { useCallback, useEffect, useRef, useState } from "react";
import { saveFile } from "../ui/save.js";
import type { Cluster, Kubeconfig, Kubecred, KubecredError, OpenOptions, PrivateKey } from "../types.js";
import type { KubeconfigRequest, KubeconfigRequestOptions, KubecredHook } from "./types.js";

type Open = (options?: OpenOptions) => Promise<Kubecred>;
/** What a run of a request owns. */
type Run = { ending: AbortController; kubeconfig?: Kubeconfig; key?: PrivateKey | undefined };
type View = Pick<KubeconfigRequest, "state" | "step" | "status" | "kubeconfig" | "fileName" | "key" | "error">;

const IDLE: View = { state: "idle", step: undefined, status: undefined, kubeconfig: undefined, fileName: undefined, key: undefined, error: undefined };
const STARTING: KubecredHook = { state: "starting", kubecred: undefined, error: undefined };

/** @param options read when the component mounts */
export function useSession(open: Open, options?: OpenOptions): KubecredHook {
  const first = useRef(options);
  const [hook, setHook] = useState(STARTING);
  useEffect(() => {
    const { signal, end } = lifetime(first.current?.signal);
    let session: Kubecred | undefined;
    const start = async () => {
      await undefined; // see the top
      if (signal.aborted) return;
      try {
        const opened = await open({ ...first.current, signal });
        if (signal.aborted) return opened.close();
        session = opened;
        setHook({ state: "ready", kubecred: opened, error: undefined });
      } catch (error) {
        if (!signal.aborted) setHook({ state: "failed", kubecred: undefined, error: error as KubecredError });
      }
    };
    void start();
    return () => {
      end();
      session?.close();
      setHook(STARTING);
    };
  }, [open]);
  return hook;
}

export function useRequest(open: Open, options: KubeconfigRequestOptions): KubeconfigRequest {
  const latest = useRef(options);
  const run: { current: Run | undefined } = useRef(undefined);
  /** The component's own session, started by the first request. */
  const own: { current: Promise<Kubecred> | undefined } = useRef(undefined);
  const [view, setView] = useState(IDLE);
  useEffect(() => {
    latest.current = options;
  });

  const drop = useCallback(() => {
    const ended = run.current;
    run.current = undefined;
    ended?.ending.abort();
    ended?.kubeconfig?.dispose();
    ended?.key?.dispose();
  }, []);

  /** Starts the component's own session, once; a start that failed is tried again by the next request. */
  const session = useCallback(() => {
    if (own.current) return own.current;
    const opening = open(latest.current.open);
    own.current = opening;
    opening.catch(() => {
      if (own.current === opening) own.current = undefined;
    });
    return opening;
  }, [open]);

  useEffect(
    () => () => {
      drop();
      const opened = own.current;
      own.current = undefined;
      void opened?.then(
        (kubecred) => kubecred.close(),
        () => {},
      );
      setView(IDLE);
    },
    [drop],
  );

  const start = useCallback(async () => {
    drop();
    const mine: Run = { ending: new AbortController() };
    run.current = mine;
    const { signal } = mine.ending;
    const show = (change: Partial<View>) => {
      if (!signal.aborted) setView((before) => ({ ...before, ...change }));
    };
    setView({ ...IDLE, state: "running" });
    const { kubecred: given, cluster, open: _, ...request } = latest.current;
    try {
      const kubecred = given ?? (await session());
      if (signal.aborted) return;
      const result = await kubecred.requestKubeconfig({
        ...request,
        cluster: isCluster(cluster) ? cluster : kubecred.cluster(cluster),
        signal,
        onStep: ({ step, status }) => show(status ? { step, status } : { step }),
      });
      if (signal.aborted) return wipe(result);
      mine.kubeconfig = result.kubeconfig;
      mine.key = result.key;
      show({ state: "done", kubeconfig: result.kubeconfig, fileName: result.fileName, key: result.key });
    } catch (error) {
      show({ state: "failed", error: error as KubecredError });
    }
  }, [drop, session]);

  const cancel = useCallback(() => {
    drop();
    setView({ ...IDLE, state: "cancelled" });
  }, [drop]);

  const save = useCallback(async () => {
    const ready = run.current?.kubeconfig;
    if (ready) saveFile(await ready.serialize(), ready.suggestedFileName);
  }, []);

  return { ...view, start, cancel, save };
}

const isCluster = (value: Cluster | object | undefined): value is Cluster => value !== undefined && "csr" in value;

function wipe({ kubeconfig, key }: { kubeconfig: Kubeconfig; key?: { dispose(): void } | undefined }) {
  kubeconfig.dispose();
  key?.dispose();
}

/** A signal that ends with the component, or with the caller's own. */
function lifetime(outer: AbortSignal | undefined) {
  const ending = new AbortController();
  const end = () => ending.abort();
  outer?.addEventListener("abort", end, { signal: ending.signal });
  if (outer?.aborted) end();
  return { signal: ending.signal, end };
}
