"""`make eval`."""
import asyncio, sys, time
from evals.loading import load
from evals.measures.briefing import measure
from evals.novels.simulator import simulate
from evals.novels.spec import Spec
from evals.server import database
async def main():
    scenes=int(sys.argv[2]); lang=sys.argv[1]
    async with database() as (db, user):
        t=time.time(); novel=simulate(Spec(7,lang,scenes)); print("sim",time.time()-t)
        t=time.time(); loaded=await load(db,user,novel); print("load",time.time()-t)
        for tier in sys.argv[3:] or ["full"]:
            f=await measure(loaded,tier, scenes=None if scenes<200 else range(2,scenes,5))
            print(tier,"recall",f.recall,"2hop",f.second_hop)
            print({k:str(v) for k,v in f.by_distance.items()}); print({k:str(v) for k,v in f.by_kind.items()}); print({k:str(v) for k,v in f.reach.items()})
            print("leaks",len(f.leaks),f.leaks[:10],"of",f.forbidden,"untimely",len(f.untimely),f.untimely[:5],"over",f.overruns,"det",f.repeated,"prefix",sum(f.prefix)/max(1,len(f.prefix)))
            s=sorted(f.seconds); print("p50",s[len(s)//2],"p95",s[int(len(s)*.95)],"tokens",sum(y for _,y in f.tokens)/len(f.tokens),"slope",f.slope_per_100)
            print(f.misses(), f.missing and sorted(f.missing)[:5])
asyncio.run(main())
