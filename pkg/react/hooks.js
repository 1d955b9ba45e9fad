"use client";
/*
 * The hooks. Every session, handle and request belongs to one mounted component: unmounting aborts, wipes and closes.
 * StrictMode mounts, unmounts and mounts again in one pass. A session therefore starts in a microtask, so that only the last mount starts one.
 */
import { useCallback, useEffect, useRef, useState } from "react";
import { saveFile } from "../ui/save.js";

/** @import { Cluster, Kubecred, KubecredError, Kubeconfig, OpenOptions, PrivateKey } from "../index.js" */
/** @import { KubeconfigRequest, KubeconfigRequestOptions, KubecredHook } from "./index.js" */
/** @typedef {(options?: OpenOptions) => Promise<Kubecred>} Open */
/** What a run of a request owns. @typedef {{ ending: AbortController, kubeconfig?: Kubeconfig, key?: PrivateKey | undefined }} Run */
/** @typedef {Pick<KubeconfigRequest, "state" | "step" | "status" | "kubeconfig" | "fileName" | "key" | "error">} View */

/** @type {View} */
const IDLE = { state: "idle", step: undefined, status: undefined, kubeconfig: undefined, fileName: undefined, key: undefined, error: undefined };
/** @type {KubecredHook} */
const STARTING = { state: "starting", kubecred: undefined, error: undefined };

/** @param {Open} open @param {OpenOptions} [options] read when the component mounts @returns {KubecredHook} */
export function useSession(open, options) {
  const first = useRef(options);
  const [hook, setHook] = useState(STARTING);
  useEffect(() => {
    const { signal, end } = lifetime(first.current?.signal);
    /** @type {Kubecred | undefined} */
    let session;
    const start = async () => {
      await undefined; // see the top
      if (signal.aborted) return;
      try {
        const opened = await open({ ...first.current, signal });
        if (signal.aborted) return opened.close();
        session = opened;
        setHook({ state: "ready", kubecred: opened, error: undefined });
      } catch (error) {
        if (!signal.aborted) setHook({ state: "failed", kubecred: undefined, error: /** @type {KubecredError} */ (error) });
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

/** @param {Open} open @param {KubeconfigRequestOptions} options @returns {KubeconfigRequest} */
export function useRequest(open, options) {
  const latest = useRef(options);
  /** @type {{ current: Run | undefined }} */
  const run = useRef(undefined);
  /** The component's own session, started by the first request. @type {{ current: Promise<Kubecred> | undefined }} */
  const own = useRef(undefined);
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
    /** @type {Run} */
    const mine = { ending: new AbortController() };
    run.current = mine;
    const { signal } = mine.ending;
    /** @param {Partial<View>} change */
    const show = (change) => {
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
      show({ state: "failed", error: /** @type {KubecredError} */ (error) });
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

/** @param {Cluster | object | undefined} value @returns {value is Cluster} */
const isCluster = (value) => value !== undefined && "csr" in value;

/** @param {{ kubeconfig: Kubeconfig, key?: { dispose(): void } | undefined }} result */
function wipe({ kubeconfig, key }) {
  kubeconfig.dispose();
  key?.dispose();
}

/** A signal that ends with the component, or with the caller's own. @param {AbortSignal | undefined} outer */
function lifetime(outer) {
  const ending = new AbortController();
  const end = () => ending.abort();
  outer?.addEventListener("abort", end, { signal: ending.signal });
  if (outer?.aborted) end();
  return { signal: ending.signal, end };
}
